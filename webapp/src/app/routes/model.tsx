// /models/:id
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { Crumbs } from "@/components/crumbs";
import { FailureNotice } from "@/components/failure-notice";
import { Page } from "@/components/page";
import { SkeletonRows } from "@/components/skeleton";
import { getApplication } from "@/features/applications/api/get-application";
import { getModel } from "@/features/models/api/get-model";
import { ModelView } from "@/features/models/model-view";

export function ModelPage() {
  const { id = "" } = useParams();
  const query = useQuery(getModel(id));
  const applicationId = query.data?.application_id ?? "";
  const application = useQuery({ ...getApplication(applicationId), enabled: applicationId !== "" });
  const title = query.data ? query.data.label || query.data.name : "Model";
  return (
    <Page title={title} heading={<Crumbs parent={{ to: "/models", label: "Models" }} title={title} />}>
      {query.isPending && <SkeletonRows label="Reading the model" />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title="The model could not be read"
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && <ModelView model={query.data} relationships={application.data?.relationships ?? []} />}
    </Page>
  );
}

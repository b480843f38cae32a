// /models/:id

import { useQuery } from "@tanstack/react-query";
import { Pencil, Shapes } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link, useParams } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { Crumbs } from "@/components/crumbs";
import { FailureNotice } from "@/components/failure-notice";
import { Page } from "@/components/page";
import { SkeletonRows } from "@/components/skeleton";
import { getApplication } from "@/features/applications/api/get-application";
import { getModel } from "@/features/models/api/get-model";
import { ModelView } from "@/features/models/model-view";
import { t } from "@/lib/i18n";

/** Not needed to see the page: it comes after. */
const RecordMore = lazy(() => import("../record-more").then((m) => ({ default: m.RecordMore })));

export function ViewModel() {
  const { id = "" } = useParams();
  const query = useQuery(getModel(id));
  const applicationId = query.data?.application_id ?? "";
  const application = useQuery({ ...getApplication(applicationId), enabled: applicationId !== "" });
  const isOfApplication = applicationId !== "";
  // Relations are the application's: so is the right to draw models that have one.
  const mayWrite = useMay(isOfApplication ? "applications:write" : "models:write");
  const mayLook = useMay("applications:read");
  const title = query.data ? query.data.label || query.data.name : t("Model");
  return (
    <Page
      title={title}
      heading={
        <Crumbs parent={{ to: "/models", label: t("Models") }} title={title}>
          {query.data && query.data.name !== title && (
            <code className="font-mono text-xs text-muted">{query.data.name}</code>
          )}
          {application.data && (
            <Link to={`/applications/${applicationId}`} className="text-sm text-muted hover:text-ink">
              {t("of {{application}}", { application: application.data.label || application.data.name })}
            </Link>
          )}
        </Crumbs>
      }
      actions={
        query.data &&
        (isOfApplication ? mayLook : mayWrite) && (
          <Link
            to={
              isOfApplication
                ? `/applications/${applicationId}/design?model=${query.data.name}`
                : `/models/${id}/edit`
            }
            className={buttonClass()}
          >
            {mayWrite ? <Pencil aria-hidden /> : <Shapes aria-hidden />}
            {!isOfApplication ? t("Edit") : mayWrite ? t("Edit on the canvas") : t("Show on the canvas")}
          </Link>
        )
      }
    >
      {query.isPending && <SkeletonRows label={t("Reading the model")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The model could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && (
        <div className="space-y-5">
          <ModelView
            model={query.data}
            relationships={application.data?.relationships ?? []}
            others={application.data?.models ?? []}
          />
          <Suspense>
            <RecordMore model="models" id={id} />
          </Suspense>
        </div>
      )}
    </Page>
  );
}

// What the page of an application lets do: loaded with it only.
import { useQuery } from "@tanstack/react-query";
import { Shapes } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { getApplication } from "@/features/applications/api/get-application";
import { ApplicationActions } from "@/features/applications/application-row";
import { PreviewActions } from "@/features/preview/preview-actions";
import { t } from "@/lib/i18n";

export function ApplicationPageActions({ id }: { id: string }) {
  const navigate = useNavigate();
  const mayReadModels = useMay("models:read");
  const application = useQuery(getApplication(id)).data;
  if (!application) return null;
  return (
    <>
      {mayReadModels && (
        <Link to={`/applications/${id}/design`} className={buttonClass()}>
          <Shapes aria-hidden />
          {t("Models")}
        </Link>
      )}
      {application.models.length > 0 && <PreviewActions application={application} />}
      <ApplicationActions
        id={id}
        name={application.name}
        label={application.label || undefined}
        updatedAt={application.updated_at}
        onStarted={(execution) => navigate(`/runs/${execution.id}`)}
      />
    </>
  );
}

// /applications
import { Shapes } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { AddApplication } from "@/features/applications/add-application";
import { ApplicationList } from "@/features/applications/application-list";
import { PreviewActions } from "@/features/preview/preview-actions";
import { PreviewLine } from "@/features/preview/preview-line";

export function ApplicationsPage() {
  const navigate = useNavigate();
  const mayWrite = useMay("applications:write");
  return (
    <Page
      title="Applications"
      actions={
        <>
          {mayWrite && (
            <Link to="/applications/new/design" className={buttonClass()}>
              <Shapes aria-hidden />
              Design an application
            </Link>
          )}
          <AddApplication />
        </>
      }
    >
      <ApplicationList
        onStarted={(execution) => navigate(`/runs/${execution.id}`)}
        actions={(application) =>
          application.models.length > 0 && <PreviewActions application={application} />
        }
        notes={(application) => <PreviewLine application={application} />}
      />
    </Page>
  );
}

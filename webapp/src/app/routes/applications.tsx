// /applications

import { Shapes } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { AddApplication } from "@/features/applications/add-application";
import { ApplicationList } from "@/features/applications/application-list";
import { t } from "@/lib/i18n";

export function ApplicationsPage() {
  const navigate = useNavigate();
  const mayWrite = useMay("applications:write");
  return (
    <Page
      title={t("Applications")}
      actions={
        <>
          {mayWrite && (
            <Link to="/applications/new/design" className={buttonClass()}>
              <Shapes aria-hidden />
              {t("Design an application")}
            </Link>
          )}
          <AddApplication />
        </>
      }
    >
      <ApplicationList onStarted={(execution) => navigate(`/runs/${execution.id}`)} />
    </Page>
  );
}

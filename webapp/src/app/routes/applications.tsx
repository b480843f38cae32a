// /applications
import { useNavigate } from "react-router";
import { Page } from "@/components/page";
import { AddApplication } from "@/features/applications/add-application";
import { ApplicationList } from "@/features/applications/application-list";

export function ApplicationsPage() {
  const navigate = useNavigate();
  return (
    <Page title="Applications" actions={<AddApplication />}>
      <ApplicationList onStarted={(execution) => navigate(`/runs/${execution.id}`)} />
    </Page>
  );
}

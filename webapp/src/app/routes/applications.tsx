// /applications
import { useNavigate } from "react-router";
import { Page } from "@/components/page";
import { ApplicationList } from "@/features/applications/application-list";

export function ApplicationsPage() {
  const navigate = useNavigate();
  return (
    <Page title="Applications">
      <ApplicationList onStarted={(execution) => navigate(`/runs/${execution.id}`)} />
    </Page>
  );
}

// /workflows
import { Page } from "@/components/page";
import { WorkflowList } from "@/features/workflows/workflow-list";

export function WorkflowsPage() {
  return (
    <Page title="Workflows">
      <WorkflowList />
    </Page>
  );
}

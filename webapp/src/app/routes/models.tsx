// /models
import { Page } from "@/components/page";
import { ModelList } from "@/features/models/model-list";

export function ModelsPage() {
  return (
    <Page title="Models">
      <ModelList />
    </Page>
  );
}

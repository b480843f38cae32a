// Under which name this tab keeps text of a workflow that can't be read yet.
import type { DesignerStore } from "../store";

export function textName(store: DesignerStore): string {
  return `workflow.${store.base.id ?? "new"}`;
}

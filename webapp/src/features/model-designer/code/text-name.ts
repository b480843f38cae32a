// Under which name this tab keeps text of models that can't be read yet.
import type { ModelStore } from "../store";

export function textName(store: ModelStore): string {
  return `${store.home}.${store.base.id ?? "new"}`;
}

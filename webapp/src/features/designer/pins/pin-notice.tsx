// What was pinned and is in this browser only, and why.

import { sayInOneLine } from "@/api/failure";
import { Button } from "@/components/button";
import { t } from "@/lib/i18n";
import { useTyped } from "@/lib/unsaved";
import { locate } from "../operations/document";
import { type DesignerStore, useDesigner } from "../store";

export function PinNotice({ store }: { store: DesignerStore }) {
  const failure = useDesigner(store, (each) => each.pinning.failure);
  // What is half written is kept as long as the page is, and no longer.
  useTyped(
    useDesigner(store, ({ pinTexts, draft }) =>
      [...pinTexts.keys()].some((node) => locate(draft.document, node)),
    ),
    t("A pinned output that is only half written can't be saved, and is lost."),
  );
  if (failure === null) return null;
  const why = sayInOneLine(failure);
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-2 border-b border-line bg-warn-soft px-3 py-1.5 text-sm"
    >
      <span className="min-w-0 flex-1 break-words">
        {store.pinning.hasUnsent
          ? t("What is pinned here is in this browser only: {{why}}", { why })
          : t("What others have pinned is not shown: {{why}}", { why })}
      </span>
      <Button onClick={() => void store.pinning.send()}>{t("Try again")}</Button>
    </div>
  );
}

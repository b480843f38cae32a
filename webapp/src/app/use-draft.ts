// Unsaved edits stay in this browser; who leaves them is asked nevertheless (leaving.tsx), and a page that goes keeps them first.
import { useEffect } from "react";
import { t } from "@/lib/i18n";
import { isLeavingUnasked, registerDraft } from "@/lib/unsaved";

interface Unsaved {
  readonly isDirty: boolean;
  flush: () => void;
  claim: () => () => void;
}

/** `what` is where they are again, such as "this workflow"; `save` says whether it is saved now. */
export function useDraft(store: Unsaved, what: string, save: () => Promise<boolean>): void {
  const says = t(
    "Unsaved edits can be saved; otherwise they stay in this browser, and are here again when you come back to {{what}}.",
    { what },
  );
  useEffect(() => registerDraft({ says, isDirty: () => store.isDirty, save }), [store, says, save]);
  useEffect(() => {
    let letGo = store.claim();
    const onShow = () => {
      letGo = store.claim();
    };
    const onHide = () => {
      store.flush();
      // At once, for the page that comes next may be the same one.
      letGo();
    };
    const onUnload = (event: BeforeUnloadEvent) => {
      store.flush();
      // What was typed just now counts only then.
      if (store.isDirty && !isLeavingUnasked()) event.preventDefault();
    };
    window.addEventListener("pageshow", onShow);
    window.addEventListener("pagehide", onHide);
    window.addEventListener("beforeunload", onUnload);
    return () => {
      window.removeEventListener("pageshow", onShow);
      window.removeEventListener("pagehide", onHide);
      window.removeEventListener("beforeunload", onUnload);
      store.flush();
      letGo();
    };
  }, [store]);
}

// Unsaved edits stay in this browser; who leaves is asked nevertheless, and a page that goes keeps them first.

import { useCallback, useEffect } from "react";
import { type Blocker, type BlockerFunction, useBlocker } from "react-router";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { t } from "@/lib/i18n";

interface Unsaved {
  readonly isDirty: boolean;
  flush: () => void;
}

export function useLeaving(store: Unsaved): Blocker {
  const blocker = useBlocker(
    useCallback(
      ({ currentLocation, nextLocation }: Parameters<BlockerFunction>[0]) =>
        store.isDirty && currentLocation.pathname !== nextLocation.pathname,
      [store],
    ),
  );
  useEffect(() => {
    const onHide = () => store.flush();
    const onUnload = (event: BeforeUnloadEvent) => {
      store.flush();
      if (store.isDirty) event.preventDefault();
    };
    window.addEventListener("pagehide", onHide);
    window.addEventListener("beforeunload", onUnload);
    return () => {
      window.removeEventListener("pagehide", onHide);
      window.removeEventListener("beforeunload", onUnload);
      store.flush();
    };
  }, [store]);
  return blocker;
}

interface LeaveDialogProps {
  blocker: Blocker;
  /** Where they are again: "this workflow". */
  what: string;
  /** Says whether it is saved now. */
  save: () => Promise<boolean>;
}

export function LeaveDialog({ blocker, what, save }: LeaveDialogProps) {
  if (blocker.state !== "blocked") return null;
  const saveAndLeave = async () => {
    if (await save()) blocker.proceed();
    else blocker.reset();
  };
  return (
    <Dialog title={t("Leave with unsaved edits?")} onClose={() => blocker.reset()}>
      <div className="space-y-4">
        <p className="text-sm">
          {t("They stay in this browser, and are here again when you come back to {{what}}.", { what })}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => blocker.proceed()}>{t("Leave")}</Button>
          <Button weight="primary" onClick={() => void saveAndLeave()}>
            {t("Save and leave")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

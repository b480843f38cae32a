// Unsaved edits stay in this browser; who leaves is asked nevertheless, and a page that goes keeps them first.

import { useCallback, useEffect, useSyncExternalStore } from "react";
import { type BlockerFunction, useBlocker } from "react-router";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { t } from "@/lib/i18n";
import {
  isAnythingLost,
  isLeavingUnasked,
  registerDirty,
  settleDeparture,
  wantedDeparture,
  watchLosses,
} from "@/lib/unsaved";

interface Unsaved {
  readonly isDirty: boolean;
  flush: () => void;
  claim: () => () => void;
}

export interface Leaving {
  /** Somebody wants to leave, by a link or for another workspace, and is asked. */
  isAsked: boolean;
  leave: () => void;
  stay: () => void;
}

export function useLeaving(store: Unsaved): Leaving {
  const blocker = useBlocker(
    useCallback(
      ({ currentLocation, nextLocation }: Parameters<BlockerFunction>[0]) =>
        store.isDirty && currentLocation.pathname !== nextLocation.pathname,
      [store],
    ),
  );
  // What is typed or shown once on the same screen would be lost: that question is the one to ask (leave-forms.tsx).
  const isDeparting = useSyncExternalStore(
    watchLosses,
    () => wantedDeparture() !== undefined && !isAnythingLost(),
  );
  useEffect(() => {
    const letGo = registerDirty(() => store.isDirty);
    return () => {
      letGo();
      settleDeparture(false);
    };
  }, [store]);
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
  const settle = (isLeaving: boolean) => {
    if (wantedDeparture()) settleDeparture(isLeaving);
    else if (isLeaving) blocker.proceed?.();
    else blocker.reset?.();
  };
  return {
    isAsked: isDeparting || blocker.state === "blocked",
    leave: () => settle(true),
    stay: () => settle(false),
  };
}

interface LeaveDialogProps {
  leaving: Leaving;
  /** Where they are again: "this workflow". */
  what: string;
  /** Says whether it is saved now. */
  save: () => Promise<boolean>;
}

export function LeaveDialog({ leaving, what, save }: LeaveDialogProps) {
  if (!leaving.isAsked) return null;
  const saveAndLeave = async () => {
    if (await save()) leaving.leave();
    else leaving.stay();
  };
  return (
    <Dialog title={t("Leave with unsaved edits?")} onClose={() => leaving.stay()}>
      <div className="space-y-4">
        <p className="text-sm">
          {t("They stay in this browser, and are here again when you come back to {{what}}.", { what })}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => leaving.leave()}>{t("Leave")}</Button>
          <Button weight="primary" onClick={() => void saveAndLeave()}>
            {t("Save and leave")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

// Forms made by hand keep nothing of what is typed, and nothing keeps what is shown once: who leaves either is asked first, by
// the app or by the browser. Designers and prompts keep theirs, and ask in their own way (leaving.tsx).
import { useEffect, useSyncExternalStore } from "react";
import { type BlockerFunction, useBlocker } from "react-router";
import { useSessionState } from "@/api/auth-context";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { t } from "@/lib/i18n";
import {
  isAnythingLost,
  isLeavingUnasked,
  isOnlyShownLost,
  settleDeparture,
  wantedDeparture,
  watchLosses,
} from "@/lib/unsaved";

/** `forAnybody` is for pages that need no session: elsewhere, who has logged out leaves without a question. */
export function LeaveForms({ forAnybody = false }: { forAnybody?: boolean }) {
  const isLost = useSyncExternalStore(watchLosses, isAnythingLost);
  const state = useSessionState();
  // A router asks only once: where nothing would be lost, others may.
  return isLost && (forAnybody || state !== "out") ? <Question /> : null;
}

/** Tabs of the settings are forms of their own under one address. */
const isLeft: BlockerFunction = ({ currentLocation, nextLocation }) =>
  isAnythingLost() &&
  (currentLocation.pathname !== nextLocation.pathname ||
    tabOf(currentLocation.search) !== tabOf(nextLocation.search));

function tabOf(search: string): string | null {
  return new URLSearchParams(search).get("tab");
}

function Question() {
  const blocker = useBlocker(isLeft);
  const isDeparting = useSyncExternalStore(watchLosses, wantedDeparture) !== undefined;
  const isShown = useSyncExternalStore(watchLosses, isOnlyShownLost);
  // What was typed may be sent or gone before it is answered: then the question is, too.
  useEffect(() => () => settleDeparture(false), []);
  useEffect(() => {
    const onUnload = (event: BeforeUnloadEvent) => {
      if (isAnythingLost() && !isLeavingUnasked()) event.preventDefault();
    };
    window.addEventListener("beforeunload", onUnload);
    return () => window.removeEventListener("beforeunload", onUnload);
  }, []);
  if (blocker.state !== "blocked" && !isDeparting) return null;
  const answer = (isLeaving: boolean) => {
    if (isDeparting) return settleDeparture(isLeaving);
    if (isLeaving) blocker.proceed?.();
    else blocker.reset?.();
  };
  return (
    <Dialog
      title={isShown ? t("Leave without a copy?") : t("Leave with unsaved edits?")}
      onClose={() => answer(false)}
    >
      <div className="space-y-4">
        <p className="text-sm">
          {isShown
            ? t("What stands here is shown only this once. Without a copy of it, it is lost.")
            : t("What was typed here is not saved, and is lost.")}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => answer(true)}>{t("Leave")}</Button>
          <Button weight="primary" onClick={() => answer(false)}>
            {t("Stay")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

// Forms made by hand keep nothing of what is typed: who leaves one with something in it is asked first, by the app or by the
// browser. Designers and prompts keep theirs, and ask in their own way (leaving.tsx).
import { useEffect, useSyncExternalStore } from "react";
import { type BlockerFunction, useBlocker } from "react-router";
import { useSessionState } from "@/api/auth-context";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { t } from "@/lib/i18n";
import { isAnythingTyped, watchTyped } from "@/lib/unsaved";

export function LeaveForms() {
  const isTyped = useSyncExternalStore(watchTyped, isAnythingTyped);
  const state = useSessionState();
  // Who has logged out leaves the page without a question. A router asks only once: where nothing is typed, others may.
  return isTyped && state !== "out" ? <Question /> : null;
}

/** Tabs of the settings are forms of their own under one address. */
const isLeft: BlockerFunction = ({ currentLocation, nextLocation }) =>
  isAnythingTyped() &&
  (currentLocation.pathname !== nextLocation.pathname ||
    tabOf(currentLocation.search) !== tabOf(nextLocation.search));

function tabOf(search: string): string | null {
  return new URLSearchParams(search).get("tab");
}

function Question() {
  const blocker = useBlocker(isLeft);
  useEffect(() => {
    const onUnload = (event: BeforeUnloadEvent) => {
      if (isAnythingTyped()) event.preventDefault();
    };
    window.addEventListener("beforeunload", onUnload);
    return () => window.removeEventListener("beforeunload", onUnload);
  }, []);
  if (blocker.state !== "blocked") return null;
  return (
    <Dialog title={t("Leave with unsaved edits?")} onClose={() => blocker.reset()}>
      <div className="space-y-4">
        <p className="text-sm">{t("What was typed here is not saved, and is lost.")}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => blocker.proceed()}>{t("Leave")}</Button>
          <Button weight="primary" onClick={() => blocker.reset()}>
            {t("Stay")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

// Whoever leaves is asked once about all that would be left behind, by the app or by the browser. The router asks one blocker
// only, so this is the only one: screens say what they would lose to lib/unsaved.ts.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { type BlockerFunction, NavigationType, useBlocker, useLocation, useNavigate } from "react-router";
import { useSessionState } from "@/api/auth-context";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import {
  isAnythingLost,
  isLeavingUnasked,
  isPassingUnasked,
  lossChanges,
  losses,
  passagesUnasked,
  settleDeparture,
  wantedDeparture,
  watchLosses,
} from "@/lib/unsaved";
import { leftBehind, type Question, questionOf } from "./leave-question";

/** `forAnybody` is for pages that need no session: elsewhere, who has logged out leaves without a question. */
export function Leaving({ forAnybody = false }: { forAnybody?: boolean }) {
  const state = useSessionState();
  return forAnybody || state !== "out" ? <Asking /> : null;
}

/** Where the browser's history is, as the router counts its entries; nobody knows of one that it did not make. */
function historyIndex(): number | undefined {
  const state: unknown = window.history.state;
  return isRecord(state) && typeof state.idx === "number" ? state.idx : undefined;
}

/** How many entries to go, and in which direction; back by one is what is wanted mostly. */
function entriesTo(index: number | undefined): number {
  const here = historyIndex();
  return index === undefined || here === undefined || index === here ? -1 : index - here;
}

function Asking() {
  /** How they wanted to leave who were asked last: back and forward are known by the entry that they lead to. */
  const wanted = useRef<{ action: NavigationType; index: number | undefined }>(undefined);
  /** They have answered: the next way is the one that they were asked about. Back comes a moment after it was called. */
  const isAnswered = useRef(false);
  const isAsked = useCallback<BlockerFunction>(({ currentLocation, nextLocation, historyAction }) => {
    const wasAnswered = isAnswered.current;
    isAnswered.current = false;
    if (wasAnswered || isPassingUnasked()) return false;
    if (leftBehind(currentLocation, nextLocation, losses()).length === 0) return false;
    wanted.current = { action: historyAction, index: historyIndex() };
    return true;
  }, []);
  const blocker = useBlocker(isAsked);
  const here = useLocation();
  const navigate = useNavigate();
  useSyncExternalStore(watchLosses, lossChanges);
  /** The question that is being answered by saving: what it was about is not unsaved any more before that is done. */
  const [saving, setSaving] = useState<Question>();
  const departure = wantedDeparture();
  const blocked = blocker.state === "blocked" ? blocker : undefined;
  const asked =
    departure !== undefined
      ? questionOf(losses())
      : blocked && questionOf(leftBehind(here, blocked.location, losses()));
  const question = saving ?? asked;
  const leave = () => (departure ? settleDeparture(true) : blocked?.proceed());
  const stay = () => (departure ? settleDeparture(false) : blocked?.reset());
  // What was typed may be sent or gone before it is answered: then the question is, too.
  const isVoid = question === undefined && (departure !== undefined || blocked !== undefined);
  useEffect(() => {
    if (!isVoid) return;
    if (departure) settleDeparture(false);
    else blocked?.reset();
  }, [isVoid, departure, blocked]);
  useEffect(() => () => settleDeparture(false), []);
  useEffect(() => {
    const onUnload = (event: BeforeUnloadEvent) => {
      if (isAnythingLost() && !isLeavingUnasked()) event.preventDefault();
    };
    window.addEventListener("beforeunload", onUnload);
    return () => window.removeEventListener("beforeunload", onUnload);
  }, []);
  const saveAndLeave = async (save: () => Promise<boolean>) => {
    const before = passagesUnasked();
    setSaving(question);
    try {
      if (!(await save())) stay();
      else if (blocked && before !== passagesUnasked()) {
        // A first save has led to an address of its own, with which the router forgets where they wanted to go.
        const { location } = blocked;
        blocked.reset();
        isAnswered.current = true;
        if (wanted.current?.action === NavigationType.Pop) await navigate(entriesTo(wanted.current.index));
        else {
          const replace = wanted.current?.action === NavigationType.Replace;
          await navigate(location, { state: location.state, replace });
        }
      } else leave();
    } finally {
      setSaving(undefined);
    }
  };
  if (!question) return null;
  return <LeaveDialog {...{ question, leave, stay, saveAndLeave }} isSaving={saving !== undefined} />;
}

interface LeaveDialogProps {
  question: Question;
  isSaving: boolean;
  leave: () => void;
  stay: () => void;
  saveAndLeave: (save: () => Promise<boolean>) => Promise<void>;
}

function LeaveDialog({ question, isSaving, leave, stay, saveAndLeave }: LeaveDialogProps) {
  const { title, lines, save, isLossy } = question;
  // The main button, which the keyboard begins at, loses nothing, and stands last.
  const staying = (
    <Button weight={isLossy ? "primary" : "plain"} disabled={isSaving} onClick={stay}>
      {t("Stay")}
    </Button>
  );
  return (
    <Dialog title={title} {...(!isSaving && { onClose: stay })}>
      <div className="space-y-4">
        <div className="space-y-2 text-sm">
          {lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          {!isLossy && staying}
          <Button disabled={isSaving} onClick={leave}>
            {save ? t("Leave without saving") : t("Leave")}
          </Button>
          {save && (
            <Button
              weight={isLossy ? "plain" : "primary"}
              // Not disabled: that would take the keyboard away from who has just pressed it.
              aria-disabled={isSaving}
              className={cn(isSaving && "opacity-50")}
              onClick={() => {
                if (!isSaving) void saveAndLeave(save);
              }}
            >
              {isSaving ? t("Saving…") : t("Save and leave")}
            </Button>
          )}
          {isLossy && staying}
        </div>
        <span role="status" className="sr-only">
          {isSaving ? t("Saving…") : ""}
        </span>
      </div>
    </Dialog>
  );
}

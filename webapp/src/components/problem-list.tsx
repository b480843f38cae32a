// All that the server objects to in what is edited, each with a way to where it is.

import { CircleAlert, CircleCheck, CircleHelp } from "lucide-react";
import type { FaultyText } from "@/lib/faulty-text";
import { t } from "@/lib/i18n";
import { CodeText } from "./code-text";

export interface ListedProblem {
  /** Where it is, in words. */
  place: string;
  message: string;
  /** Of a message that stays English. */
  lang?: "en" | undefined;
  onJump: () => void;
}

interface ProblemListProps {
  problems: readonly ListedProblem[];
  /** What was typed beside the canvas and can't be read is a problem like any other. */
  faultyText: FaultyText | null;
  onText: () => void;
}

export function ProblemList({ problems, faultyText, onText }: ProblemListProps) {
  if (problems.length === 0 && !faultyText) return null;
  const listed = faultyText
    ? [{ place: t("Text"), message: faultyText.fault, lang: undefined, onJump: onText }, ...problems]
    : problems;
  return (
    <section
      aria-label={t("Problems")}
      data-part="problems"
      className="thin-scroll max-h-32 shrink-0 overflow-y-auto border-t border-line bg-page py-1"
    >
      <ul>
        {listed.map(({ place, message, lang, onJump }) => (
          <li key={place + message}>
            <button
              type="button"
              className="flex w-full items-baseline gap-2 px-3 py-1 text-left text-sm -outline-offset-2 hover:bg-canvas"
              onClick={onJump}
            >
              <CircleAlert aria-hidden className="size-3.5 shrink-0 self-center text-bad" />
              <span className="min-w-0 break-words">
                <span className="font-medium">{place}</span>{" "}
                <span lang={lang} className="inline-block text-muted first-letter:uppercase">
                  <CodeText text={message} />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Nothing that was found says little where the server could not be asked. */
export function ProblemCount({ count, isChecked }: { count: number; isChecked: boolean }) {
  return (
    <span role="status" className="flex items-center gap-1 text-muted text-xs">
      {count > 0 && (
        <>
          <CircleAlert aria-hidden className="size-3.5 text-bad" />
          {t("{{count}} problems", { count })}
        </>
      )}
      {!isChecked && (
        <span className="flex items-center gap-1" title={t("The server could not check it as it is now.")}>
          <CircleHelp aria-hidden className="size-3.5 text-warn" />
          {t("Not checked")}
        </span>
      )}
      {isChecked && count === 0 && (
        <>
          <CircleCheck aria-hidden className="size-3.5 text-ok" />
          <span className="max-sm:sr-only">{t("No problems")}</span>
        </>
      )}
    </span>
  );
}

// One value that is another one now: short from where the two differ, and whole with the difference marked when it is opened.

import { useMemo, useState } from "react";
import { fromDifference } from "@/lib/from-difference";
import { t } from "@/lib/i18n";
import { JsonView } from "./json-view";
import { DiffView } from "./text-diff/diff-view";
import { diffLines } from "./text-diff/lines";

interface ValueChangeProps {
  /** Where it stands. */
  place: string;
  before: unknown;
  after: unknown;
  /** What the two are to each other: before and after, theirs and mine. */
  words: { before: string; after: string };
}

export function ValueChange({ place, before, after, words }: ValueChangeProps) {
  const [isOpen, setOpen] = useState(false);
  const [one, other] = useMemo(() => fromDifference(before, after), [before, after]);
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        className="block w-full rounded-md px-2 py-1 text-left text-xs hover:bg-canvas"
        onClick={() => setOpen(!isOpen)}
      >
        <span className="block truncate font-medium">{place}</span>
        <span className="flex min-w-0 gap-1.5 font-mono">
          <del className="min-w-0 max-w-[45%] truncate text-bad no-underline">
            <span className="sr-only">{words.before} </span>
            {before === undefined ? t("nothing") : one}
          </del>
          <span aria-hidden>→</span>
          <ins className="min-w-0 flex-1 truncate text-ok no-underline">
            <span className="sr-only">{words.after} </span>
            {after === undefined ? t("nothing") : other}
          </ins>
        </span>
      </button>
      {isOpen && (
        <div className="space-y-1 py-1 pl-2">
          {typeof before === "string" && typeof after === "string" ? (
            <DiffView lines={diffLines(before, after)} old={words.before} now={words.after} />
          ) : (
            <>
              <p className="text-muted text-xs">{words.before}</p>
              <Whole value={before} label={words.before} />
              <p className="text-muted text-xs">{words.after}</p>
              <Whole value={after} label={words.after} />
            </>
          )}
        </div>
      )}
    </li>
  );
}

/** Text as it is written, line by line; all else as a tree. */
function Whole({ value, label }: { value: unknown; label: string }) {
  if (value === undefined) return <p className="text-xs">{t("nothing")}</p>;
  if (typeof value !== "string") return <JsonView value={value} label={label} />;
  return (
    <pre className="thin-scroll max-h-60 overflow-auto whitespace-pre-wrap break-words rounded-md border border-line bg-sunken p-2 font-mono text-xs">
      {value}
    </pre>
  );
}

// What was beside what is: side by side where there is room, one below the other on a phone or in a panel. Signs and words say what colours say.
import { useMemo, useState } from "react";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import type { Piece } from "./lines";
import { type Fold, folded, type Row, rowsOf, type Side } from "./rows";

interface DiffViewProps {
  lines: readonly Piece[];
  /** What stands above either side. */
  old: string;
  now: string;
}

export function DiffView({ lines, old, now }: DiffViewProps) {
  const shown = useMemo(() => folded(rowsOf(lines)), [lines]);
  const [added, removed] = [count(lines, "added"), count(lines, "removed")];
  return (
    <div className="@container space-y-2" data-diff>
      <p className="flex flex-wrap gap-x-3 text-muted text-sm">
        {added === 0 && removed === 0 && t("The text is the same.")}
        {removed > 0 && <span>{t("{{count}} lines removed", { count: removed })}</span>}
        {added > 0 && <span>{t("{{count}} lines added", { count: added })}</span>}
      </p>
      <div className="overflow-hidden rounded-md border border-line font-mono text-code leading-relaxed">
        <div className="grid border-line border-b bg-sunken font-sans text-xs @lg:grid-cols-2">
          <div className="px-2.5 py-1">
            <span aria-hidden>− </span>
            {old}
          </div>
          <div className="px-2.5 py-1 @lg:border-line @lg:border-l">
            <span aria-hidden>+ </span>
            {now}
          </div>
        </div>
        {shown.map((each) =>
          each.is === "fold" ? (
            <Folded key={keyOf(each.rows[0])} fold={each} />
          ) : (
            <RowView key={keyOf(each)} row={each} />
          ),
        )}
      </div>
    </div>
  );
}

const count = (lines: readonly Piece[], change: Piece["change"]) =>
  lines.filter((line) => line.change === change).length;

const keyOf = (row: Row | undefined) => `${row?.old?.line ?? "-"} ${row?.now?.line ?? "-"}`;

function Folded({ fold }: { fold: Fold }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return fold.rows.map((row) => <RowView key={keyOf(row)} row={row} />);
  return (
    <button
      type="button"
      className="block w-full border-line border-y bg-canvas px-2.5 py-1 text-left font-sans text-muted text-xs -outline-offset-2 hover:text-ink"
      onClick={() => setOpen(true)}
    >
      {t("Show {{count}} lines without a change", { count: fold.rows.length })}
    </button>
  );
}

function RowView({ row: { old, now, isSame } }: { row: Row }) {
  return (
    <div className="grid @lg:grid-cols-2">
      <Cell side={old} change={isSame ? "same" : "removed"} />
      <Cell side={now} change={isSame ? "same" : "added"} isSecond />
    </div>
  );
}

interface CellProps {
  side: Side | undefined;
  change: Piece["change"];
  isSecond?: boolean;
}

function Cell({ side, change, isSecond = false }: CellProps) {
  const edge = isSecond && "@lg:border-line @lg:border-l";
  if (!side) return <div aria-hidden className={cn("bg-sunken @max-lg:hidden", edge)} />;
  const isSame = change === "same";
  return (
    <div
      data-change={isSame ? undefined : change}
      className={cn(
        "flex min-w-0",
        edge,
        change === "removed" && "bg-bad-soft",
        change === "added" && "bg-ok-soft",
        // A line that is the same stands once where there is one column.
        isSame && isSecond && "@max-lg:hidden",
      )}
    >
      <span aria-hidden className="w-9 shrink-0 select-none pr-1.5 text-right text-muted">
        {side.line}
      </span>
      <span
        aria-hidden
        className={cn("w-4 shrink-0 select-none", change === "removed" ? "text-bad" : "text-ok")}
      >
        {isSame ? "" : change === "removed" ? "−" : "+"}
      </span>
      <span className="min-w-0 flex-1 whitespace-pre-wrap break-words pr-2">
        {!isSame && <span className="sr-only">{change === "removed" ? t("Removed:") : t("Added:")} </span>}
        {side.words.map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: words never change their places.
          <Word key={index} word={word} isWhole={side.words.length === 1} />
        ))}
      </span>
    </div>
  );
}

function Word({ word: { change, text }, isWhole }: { word: Piece; isWhole: boolean }) {
  if (change === "same" || isWhole) return text;
  return change === "removed" ? (
    <del className="rounded-sm bg-bad/20 decoration-bad">{text}</del>
  ) : (
    <ins className="rounded-sm bg-ok/20 decoration-ok">{text}</ins>
  );
}

// The changes of a plan, grouped by what happens; those with something at stake say so.
import { Minus, Pencil, Plus, TriangleAlert } from "lucide-react";
import type { PlannedChange, ShipPlan } from "@/api/types";
import { CodeText } from "@/components/code-text";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { ACTIONS, actionInWords, detailInWords, partInWords, stakeInWords } from "./ship-plan";

const ICONS = { added: Plus, changed: Pencil, removed: Minus };

export function PlannedChanges({ changes }: { changes: readonly PlannedChange[] }) {
  return ACTIONS.map((action) => {
    const some = changes.filter((change) => change.action === action);
    if (some.length === 0) return null;
    const Icon = ICONS[action];
    return (
      <section key={action} aria-label={actionInWords(action)} className="space-y-1">
        <h3 className="flex items-center gap-1.5 font-medium">
          <Icon aria-hidden className="size-3.5 text-muted" />
          {actionInWords(action)}
        </h3>
        <ul className="divide-y divide-line rounded-md border border-line">
          {some.map((change) => (
            <PlannedRow key={`${change.part} ${change.model} ${change.name}`} change={change} />
          ))}
        </ul>
      </section>
    );
  });
}

function PlannedRow({ change }: { change: PlannedChange }) {
  const stake = stakeInWords(change);
  const tone = change.needs === "drop" ? "text-bad" : "text-warn";
  return (
    <li className="space-y-0.5 break-words px-3 py-1.5" data-needs={change.needs ?? undefined}>
      <p>
        <CodeText text={partInWords(change)} />
        {change.details.length > 0 && (
          <span className="text-muted">
            {" · "}
            <CodeText text={change.details.map(detailInWords).join(", ")} />
          </span>
        )}
      </p>
      {stake && (
        <p className={cn("flex items-start gap-1.5 font-medium text-xs", tone)}>
          <TriangleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
          {stake}
        </p>
      )}
    </li>
  );
}

export function PlannedSql({ sql }: { sql: NonNullable<ShipPlan["sql"]> }) {
  const both = [
    ["SQLite", sql.sqlite],
    ["PostgreSQL", sql.postgres],
  ] as const;
  return (
    <details className="text-xs">
      <summary className="text-muted">{t("The migration as SQL")}</summary>
      {both.map(([database, text]) => (
        <figure key={database} className="mt-2 space-y-1">
          <figcaption className="text-muted">{database}</figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
          <pre tabIndex={0} className="thin-scroll max-h-48 overflow-auto rounded-md bg-sunken p-2 font-mono">
            {text}
          </pre>
        </figure>
      ))}
    </details>
  );
}

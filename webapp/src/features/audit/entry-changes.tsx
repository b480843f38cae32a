// What an entry of the audit log changed: each field with what was there before and what is there after.
import { useState } from "react";
import type { AuditEntry } from "@/api/types";
import { Button } from "@/components/button";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { type JsonChange, jsonChanges } from "@/lib/json-diff";

/** Rows beyond this are shown on request. */
const SHOWN_AT_FIRST = 40;

export function EntryChanges({ before, after }: Pick<AuditEntry, "before" | "after">) {
  const [isWhole, setWhole] = useState(false);
  const changes = jsonChanges(before, after).filter(({ path }) => path.join(".") !== "updated_at");
  if (changes.length === 0)
    return <p className="text-sm text-muted">{t("Nothing is told of what was there before or after.")}</p>;
  const shown = isWhole ? changes : changes.slice(0, SHOWN_AT_FIRST);
  return (
    <div className="space-y-2">
      <div className="overflow-x-auto rounded-md border border-line">
        <table aria-label={t("What changed")} className="w-full text-sm">
          <thead className="bg-canvas text-xs text-muted">
            <tr>
              <th scope="col" className="px-2.5 py-1.5 text-left font-medium">
                {t("Field")}
              </th>
              <th scope="col" className="px-2.5 py-1.5 text-left font-medium">
                {t("Before")}
              </th>
              <th scope="col" className="px-2.5 py-1.5 text-left font-medium">
                {t("After")}
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {shown.map((change) => (
              <Row key={change.path.join("/")} change={change} />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < changes.length && (
        <Button onClick={() => setWhole(true)}>
          {t("Show {{count}} more", { count: changes.length - shown.length })}
        </Button>
      )}
    </div>
  );
}

function Row({ change: { path, kind, before, after } }: { change: JsonChange }) {
  return (
    <tr className="align-top">
      <th scope="row" className="px-2.5 py-1.5 text-left font-mono text-xs font-normal break-all">
        {path.join(" › ") || t("all of it")}
        <span className="sr-only">{kindName(kind)}</span>
      </th>
      <Value value={before} isGone={kind !== "added"} className={cn(kind !== "added" && "bg-bad-soft")} />
      <Value value={after} isGone={false} className={cn(kind !== "removed" && "bg-ok-soft")} />
    </tr>
  );
}

interface ValueProps {
  value: unknown;
  isGone: boolean;
  className: string;
}

function Value({ value, isGone, className }: ValueProps) {
  const Text = isGone ? "del" : "span";
  return (
    <td className={cn("max-w-72 px-2.5 py-1.5 font-mono text-xs break-words whitespace-pre-wrap", className)}>
      {value === undefined ? (
        <span className="text-muted">—</span>
      ) : (
        <Text className="no-underline">
          {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
        </Text>
      )}
    </td>
  );
}

function kindName(kind: JsonChange["kind"]): string {
  switch (kind) {
    case "added":
      return t("added");
    case "removed":
      return t("removed");
    case "changed":
      return t("changed");
  }
}

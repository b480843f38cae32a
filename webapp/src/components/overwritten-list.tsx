// What somebody else and this edit both changed: what it is to either, before one replaces the other.

import { t } from "@/lib/i18n";
import type { JsonChange } from "@/lib/json-diff";
import { ValueChange } from "./value-change";

interface OverwrittenListProps {
  /** Of what it is, in words; without a change, it is gone here. */
  overwritten: readonly { what: string; change: JsonChange | null }[];
}

export function OverwrittenList({ overwritten }: OverwrittenListProps) {
  if (overwritten.length === 0) return null;
  return (
    <section className="space-y-1 rounded-md border border-warn/40 p-2.5">
      <h3 className="font-medium">{t("Changed by both: on top of theirs, yours replaces it")}</h3>
      <ul>
        {overwritten.map(({ what, change }) =>
          change ? (
            <ValueChange
              key={[what, ...change.path].join(" ")}
              place={[what, change.path.join(".")].join(" · ")}
              before={change.before}
              after={change.after}
              words={{ before: t("theirs"), after: t("yours") }}
            />
          ) : (
            <li key={what} className="px-2 py-1 text-xs">
              {t("{{what}}: they changed it, and you deleted it", { what })}
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

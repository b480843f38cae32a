// What changed between two states of the models, in words; what takes stored records with it stands out.
import { t } from "@/lib/i18n";
import type { Change } from "./changes";

const SIGNS = { added: "+", removed: "−", changed: "~" } as const;
const TONES = { added: "text-ok", removed: "text-bad", changed: "text-warn" } as const;

export function ChangeList({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0)
    return <p className="text-muted text-sm">{t("Nothing but where boxes stand.")}</p>;
  return (
    <ul className="space-y-0.5 text-sm">
      {changes.map(({ change, what, loses }) => (
        <li key={change + what} className="flex gap-2">
          <span className={`w-3 shrink-0 text-center font-semibold ${TONES[change]}`}>
            <span aria-hidden>{SIGNS[change]}</span>
            <span className="sr-only">{inWords(change)}</span>
          </span>
          <span className="min-w-0 break-words">
            {what}
            {loses && <span className="text-bad"> {t("— with all that is stored of it")}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function inWords(change: Change["change"]): string {
  if (change === "added") return t("added");
  return change === "removed" ? t("removed") : t("changed");
}

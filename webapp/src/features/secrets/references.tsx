// How a workflow names something, to be copied into one of its fields.
import { CopyButton } from "@/components/copy-button";
import { ROW, ROWS } from "@/components/section";
import { t } from "@/lib/i18n";

export function References({ references }: { references: readonly string[] }) {
  return (
    <ul aria-label={t("As workflows write it")} className={ROWS}>
      {references.map((reference) => (
        <li key={reference} className={ROW}>
          <code className="min-w-0 flex-1 break-all font-mono text-xs">{reference}</code>
          <CopyButton text={reference} label={t("Copy {{text}}", { text: reference })} className="px-1.5" />
        </li>
      ))}
    </ul>
  );
}

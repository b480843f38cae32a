// How fields are declared: an example to begin with, and what may stand in it.
import { CopyButton } from "@/components/copy-button";
import { t } from "@/lib/i18n";

const MODELS = "workflows, applications, prompts, schedules, secrets, variables, files, members";
const TYPES = "text, long_text, integer, decimal, boolean, date, datetime, enum, email, json, uuid";

const EXAMPLE = `models:
  - name: applications
    fields:
      - { name: cost_center, label: Cost center, type: text, max: 8 }
      - { name: budget, type: decimal, precision: 9, scale: 2 }
  - name: workflows
    fields:
      - { name: reviewed, type: boolean }
      - { name: tier, type: enum, values: [gold, silver] }
`;

export function FormatHelp() {
  return (
    <details className="text-sm">
      <summary className="rounded-sm text-muted hover:text-ink">{t("How fields are written")}</summary>
      <div className="mt-2 space-y-2">
        <div className="relative rounded-md border border-line bg-sunken">
          <CopyButton
            text={EXAMPLE}
            label={t("Copy the example")}
            className="absolute top-1 right-1 h-7 px-1.5"
          />
          <pre className="thin-scroll overflow-x-auto p-2.5 pr-10 font-mono text-xs leading-5">{EXAMPLE}</pre>
        </div>
        <ul className="list-disc space-y-1 pl-5 text-muted">
          <li>
            {t("Models that take fields")}: <code className="font-mono text-xs">{MODELS}</code>
          </li>
          <li>
            {t("Types")}: <code className="font-mono text-xs">{TYPES}</code>
          </li>
          <li>{t("A field can be required, but not unique.")}</li>
          <li>
            {t(
              "What is declared no more is out of sight, and there again with its values when it is declared again.",
            )}
          </li>
        </ul>
      </div>
    </details>
  );
}

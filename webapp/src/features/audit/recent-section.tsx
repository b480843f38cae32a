// What was done last, each entry with what it changed: the short form of the list of all entries.
import { useQuery } from "@tanstack/react-query";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { ActionName } from "./action-name";
import { getRecent } from "./api/get-recent";
import { actorOf } from "./entry";
import { EntryChanges } from "./entry-changes";

export function RecentSection() {
  const query = useQuery(getRecent);
  return (
    <Section title={t("What was done last")}>
      {query.isPending && <SkeletonRows rows={5} label={t("Reading the audit log")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The audit log could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data?.items.length === 0 && (
        <p className="text-sm text-muted">{t("Nothing was changed in this workspace yet.")}</p>
      )}
      {query.data && query.data.items.length > 0 && (
        <ul aria-label={t("What was done last")} className={ROWS}>
          {query.data.items.map((entry) => (
            <li key={entry.seq}>
              <details className="text-sm">
                <summary className="px-3 py-2 -outline-offset-2 hover:bg-canvas pointer-coarse:py-3">
                  <span className={entry.status >= 400 ? "font-medium text-bad" : "font-medium"}>
                    <ActionName of={entry.action} />
                  </span>
                  <span className="text-muted">
                    {" · "}
                    {actorOf(entry) ?? t("somebody unknown")}
                    {" · "}
                    <Ago at={entry.at} />
                    {entry.status >= 400 && ` · ${t("refused with {{status}}", { status: entry.status })}`}
                  </span>
                </summary>
                <div className="space-y-2 px-3 pb-3">
                  <p className="font-mono text-xs break-all text-muted">
                    {entry.resource} · {entry.address}
                  </p>
                  <EntryChanges before={entry.before} after={entry.after} />
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

// On the page of an entry of the audit log: what it changed.
import { useQuery } from "@tanstack/react-query";
import { FailureNotice } from "@/components/failure-notice";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getEntry } from "./api/get-entry";
import { EntryChanges } from "./entry-changes";

export function RecordChanges({ id }: { id: string }) {
  const query = useQuery(getEntry(id));
  return (
    <Section title={t("What changed")}>
      {query.isPending && <SkeletonRows rows={2} label={t("Reading the audit log")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The audit log could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && <EntryChanges before={query.data.before} after={query.data.after} />}
    </Section>
  );
}

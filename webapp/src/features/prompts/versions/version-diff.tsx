// The difference of two saved versions, as the server tells it.
import { useQuery } from "@tanstack/react-query";
import { FailureNotice } from "@/components/failure-notice";
import { SkeletonRows } from "@/components/skeleton";
import { DiffView } from "@/components/text-diff/diff-view";
import { t } from "@/lib/i18n";
import { diffVersions } from "../api/diff-versions";

interface VersionDiffProps {
  promptId: string;
  from: number;
  to: number;
}

export function VersionDiff({ promptId, from, to }: VersionDiffProps) {
  const query = useQuery(diffVersions(promptId, from, to));
  if (query.isError)
    return (
      <FailureNotice
        failure={query.error}
        title={t("The versions could not be compared")}
        onRetry={() => query.refetch()}
      />
    );
  if (!query.data) return <SkeletonRows rows={4} label={t("Comparing the versions")} />;
  return (
    <DiffView
      lines={query.data.lines}
      old={t("Version {{version}}", { version: from })}
      now={t("Version {{version}}", { version: to })}
    />
  );
}

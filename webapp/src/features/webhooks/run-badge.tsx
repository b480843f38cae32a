// How the run of a delivery stands; its place is kept while that is read.
import { useQuery } from "@tanstack/react-query";
import { ApiFailure } from "@/api/failure";
import { useMay } from "@/api/profile";
import { StatusBadge } from "@/components/status-badge";
import { t } from "@/lib/i18n";
import { getRun } from "./api/get-run";

export function RunBadge({ id }: { id: string }) {
  const query = useQuery({ ...getRun(id), enabled: useMay("executions:read") });
  const isGone = query.error instanceof ApiFailure && query.error.status === 404;
  return (
    <span className="w-28 shrink-0">
      {query.data && <StatusBadge status={query.data} />}
      {query.isError && !query.data && (
        <span className="text-xs text-muted">{isGone ? t("Gone") : t("Not readable now")}</span>
      )}
    </span>
  );
}

// The state of a run in its title line: status, time, and whether what is seen is live.

import { WifiOff } from "lucide-react";
import { Ago, Elapsed } from "@/components/moment";
import { StatusBadge } from "@/components/status-badge";
import { t } from "@/lib/i18n";
import { hasEnded } from "@/lib/status";
import { type RunStore, useRunStore } from "./run-store";

export function RunStatus({ store, createdAt }: { store: RunStore; createdAt: string }) {
  const run = useRunStore(store, (each) => each.run);
  const connection = useRunStore(store, (each) => each.connection);
  const times = { started_at: run.startedAt, finished_at: run.finishedAt, duration_ms: run.durationMs };
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-muted">
      <span role="status">
        <StatusBadge status={run.status} />
      </span>
      <Elapsed span={times} running={!hasEnded(run.status)} />
      {hasEnded(run.status) && <Ago at={run.finishedAt ?? createdAt} />}
      {connection === "lost" && (
        <span className="flex items-center gap-1 text-warn">
          <WifiOff aria-hidden className="size-4" />
          {t("Connection lost, reconnecting…")}
        </span>
      )}
      {connection === "refused" && (
        <span className="flex items-center gap-1 text-warn">
          <WifiOff aria-hidden className="size-4" />
          {t("Not live: you may not watch this run any more")}
        </span>
      )}
    </span>
  );
}

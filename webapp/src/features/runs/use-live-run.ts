// Binds snapshot, log and WebSocket of one run into a store: the only place where the three meet.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { hasEnded } from "@/lib/status";
import { getExecution } from "./api/get-execution";
import { listLogs } from "./api/list-logs";
import { Refresh } from "./refresh";
import { RunStore, resumeLogsAfter, useRunStore } from "./run-store";
import { watchRun } from "./run-watch";

/** So often somebody may log in again on one run; a server that refuses without end is not asked without end. */
const MOST_ROUNDS = 10;

export function useLiveRun(id: string) {
  const query = useQuery(getExecution(id));
  const [store, setStore] = useState<RunStore>();
  const snapshot = query.data;

  useEffect(() => {
    if (!snapshot) return;
    setStore((known) => (known?.id === snapshot.id ? known : new RunStore(snapshot)));
  }, [snapshot]);

  const current = store?.id === id ? store : undefined;
  useEffect(() => {
    if (snapshot && current) current.takeSnapshot(snapshot);
  }, [snapshot, current]);

  // A session that has ended closes the socket. Reading the run asks to log in again, and then watching goes on.
  const { refetch } = query;
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!current) return undefined;
    return follow(id, current, () => {
      refetch().then(({ isSuccess }) => {
        if (isSuccess && round < MOST_ROUNDS) setRound(round + 1);
      });
    });
  }, [id, current, refetch, round]);

  return { query, store: current };
}

/** Reads the log written so far, then listens; a run that has ended needs only the first. */
function follow(id: string, store: RunStore, onRefused: () => void): () => void {
  const reading = new AbortController();
  let stopWatching: (() => void) | undefined;
  const listen = () => {
    if (reading.signal.aborted) return;
    if (hasEnded(store.run.status)) {
      store.setConnection("closed");
      return;
    }
    stopWatching = watchRun({
      runId: id,
      resumeFrom: () => ({ seq: store.run.seq, logId: resumeLogsAfter(store.logs) }),
      onEvents: (events) => store.takeEvents(events),
      onConnection: (connection) => {
        store.setConnection(connection);
        if (connection === "refused" && !reading.signal.aborted) onRefused();
      },
      hasEnded: () => hasEnded(store.run.status),
    });
  };
  // A log that cannot be read must not keep the steps from lighting up; the socket sends it from the start then.
  listLogs(id, resumeLogsAfter(store.logs), (lines) => store.takeLogs(lines), reading.signal).then(
    listen,
    listen,
  );
  return () => {
    reading.abort();
    stopWatching?.();
  };
}

/** Fetches the snapshot again, at most every 0.7 s: after a gap, at the end, or when a panel needs data. */
export function useRefreshRun(id: string, store: RunStore): () => void {
  const queries = useQueryClient();
  const refresh = useMemo(() => {
    const { queryKey } = getExecution(id);
    return new Refresh(() => queries.invalidateQueries({ queryKey }, { throwOnError: true }));
  }, [id, queries]);
  useEffect(() => refresh.stop, [refresh]);

  const missingUpTo = useRunStore(store, (each) => each.run.missingUpTo);
  const snapshotSeq = useRunStore(store, (each) => each.run.snapshotSeq);
  const endedWithoutData = useRunStore(
    store,
    ({ run }) => hasEnded(run.status) && run.snapshotSeq < run.statusSeq,
  );
  // What comes may be older than what is missing: it is asked for again as long as it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state that is older is another reason.
  useEffect(() => {
    if (missingUpTo !== null || endedWithoutData) refresh.ask();
  }, [missingUpTo, endedWithoutData, snapshotSeq, refresh]);
  useEffect(() => {
    if (endedWithoutData) queries.invalidateQueries({ queryKey: ["executions", "list"] });
  }, [endedWithoutData, queries]);
  return refresh.ask;
}

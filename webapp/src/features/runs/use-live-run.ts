// Binds snapshot, log and WebSocket of one run into a store: the only place where the three meet.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { hasEnded } from "@/lib/status";
import { getExecution } from "./api/get-execution";
import { listLogs } from "./api/list-logs";
import { RunStore, resumeLogsAfter, useRunStore } from "./run-store";
import { watchRun } from "./run-watch";

const REFRESH_EVERY_MS = 700;
/** So often somebody may log in again on one run; a server that refuses without end is not asked without end. */
const MOST_ROUNDS = 10;

export function useLiveRun(id: string) {
  const query = useQuery(getExecution(id));
  const [store, setStore] = useState<{ id: string; store: RunStore }>();
  const snapshot = query.data;

  useEffect(() => {
    if (!snapshot) return;
    setStore((known) =>
      known?.id === snapshot.id ? known : { id: snapshot.id, store: new RunStore(snapshot) },
    );
  }, [snapshot]);

  const current = store?.id === id ? store.store : undefined;
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
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  const refresh = useCallback(() => {
    if (timer.current) return;
    const wait = Math.max(0, last.current + REFRESH_EVERY_MS - Date.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      last.current = Date.now();
      queries.invalidateQueries({ queryKey: getExecution(id).queryKey });
    }, wait);
  }, [id, queries]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const isMissingEvents = useRunStore(store, (each) => each.run.missingUpTo !== null);
  const endedWithoutData = useRunStore(
    store,
    ({ run }) => hasEnded(run.status) && run.snapshotSeq < run.statusSeq,
  );
  useEffect(() => {
    if (isMissingEvents || endedWithoutData) refresh();
  }, [isMissingEvents, endedWithoutData, refresh]);
  useEffect(() => {
    if (endedWithoutData) queries.invalidateQueries({ queryKey: ["executions", "list"] });
  }, [endedWithoutData, queries]);
  return refresh;
}

// Holds a run outside React, so that one changed step re-renders one node and not the whole canvas.
import { useSyncExternalStore } from "react";
import type { ExecutionDetail, LogLine } from "@/api/types";
import type { RunEvent } from "./run-events";
import { applyEvent, fromSnapshot, mergeSnapshot, type RunState, type StepState } from "./run-state";
import type { Connection } from "./run-watch";

/** More lines than anyone reads in a browser; the API has the rest. */
export const MOST_LOG_LINES = 20_000;

/** Among this many of the latest lines one may still turn up late. */
const RECENT = 500;

export interface LogState {
  lines: readonly LogLine[];
  /** Older lines were dropped to keep the page light. */
  truncated: boolean;
}

export class RunStore {
  private listeners = new Set<() => void>();
  private byNode: ReadonlyMap<string, StepState> = new Map();
  readonly id: string;
  run: RunState;
  logs: LogState = { lines: [], truncated: false };
  connection: Connection = "connecting";

  constructor(snapshot: ExecutionDetail) {
    this.id = snapshot.id;
    this.run = fromSnapshot(snapshot);
    this.index();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The latest step of a node: a node inside a block has one per round. */
  readonly stepOfNode = (node: string): StepState | undefined => this.byNode.get(node);

  takeSnapshot(snapshot: ExecutionDetail): void {
    this.run = mergeSnapshot(this.run, snapshot);
    this.index();
    this.tell();
  }

  takeEvents(events: readonly RunEvent[]): void {
    const lines: LogLine[] = [];
    for (const event of events) {
      if (event.subject === "log") lines.push(event.line);
      else this.run = applyEvent(this.run, event);
    }
    this.logs = appendLines(this.logs, lines);
    this.index();
    this.tell();
  }

  takeLogs(lines: readonly LogLine[]): void {
    this.logs = appendLines(this.logs, lines);
    this.tell();
  }

  setConnection(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    this.tell();
  }

  private index(): void {
    const byNode = new Map<string, StepState>();
    for (const step of this.run.steps.values()) {
      const other = byNode.get(step.node);
      if (!other || other.seq <= step.seq) byNode.set(step.node, step);
    }
    this.byNode = byNode;
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/**
 * Takes in lines not seen before and drops the oldest when there are too many. A line may become visible after
 * one with a greater id, so that having seen an id says nothing about those below it.
 */
export function appendLines(logs: LogState, lines: readonly LogLine[]): LogState {
  if (lines.length === 0) return logs;
  const recent = new Set(logs.lines.slice(-RECENT).map((line) => line.id));
  const oldest = logs.lines.at(-RECENT)?.id ?? Number.NEGATIVE_INFINITY;
  const fresh = lines.filter((line) => line.id > oldest && !recent.has(line.id)).sort((a, b) => a.id - b.id);
  const [first] = fresh;
  if (!first) return logs;
  const all = [...logs.lines, ...fresh];
  if (first.id < (logs.lines.at(-1)?.id ?? first.id)) all.sort((a, b) => a.id - b.id);
  const surplus = all.length - MOST_LOG_LINES;
  return {
    lines: surplus > 0 ? all.slice(surplus) : all,
    truncated: logs.truncated || surplus > 0,
  };
}

/** Where to go on reading: some lines back, for those that became visible late. */
export function resumeLogsAfter(logs: LogState): number {
  return logs.lines.at(-RECENT)?.id ?? 0;
}

/** Reads a part of the store; `read` must return the same reference while nothing changed. */
export function useRunStore<T>(store: RunStore, read: (store: RunStore) => T): T {
  const snapshot = () => read(store);
  return useSyncExternalStore(store.subscribe, snapshot, snapshot);
}

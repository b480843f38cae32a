// How the engine is, in a few words: runs need a runner, and a queue that can be reached.
import type { ServerStatus } from "@/api/types";

export function summaryOf(status: Pick<ServerStatus, "runners" | "queue_depth">): {
  text: string;
  well: boolean;
} {
  const runners = status.runners.length;
  if (runners === 0) return { text: "No runner: nothing will run", well: false };
  const noun = runners === 1 ? "runner" : "runners";
  if (status.queue_depth === null) return { text: `${runners} ${noun} · queue out of reach`, well: false };
  return { text: `${runners} ${noun} · ${status.queue_depth} queued`, well: true };
}

// The same thing done to many records, a few at a time, with what failed kept for the person to read.
import { failureOf } from "./failure";

export interface Progress {
  total: number;
  done: number;
  failed: { id: string; message: string }[];
  isOver: boolean;
}

const AT_ONCE = 4;

/** One refusal stops nobody else; after a stop what has begun is finished, and nothing new begins. */
export async function runBulk(
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
  { signal, onProgress }: { signal?: AbortSignal; onProgress: (progress: Progress) => void },
): Promise<Progress> {
  let progress: Progress = { total: ids.length, done: 0, failed: [], isOver: false };
  const tell = (change: Partial<Progress>) => {
    progress = { ...progress, ...change };
    onProgress(progress);
  };
  const queue = [...ids];
  const worker = async () => {
    for (let id = queue.shift(); id !== undefined && !signal?.aborted; id = queue.shift()) {
      try {
        await work(id);
        tell({ done: progress.done + 1 });
      } catch (error) {
        const { message, details } = failureOf(error);
        const said = [message, ...details.map((detail) => detail.message)].join(": ");
        tell({ done: progress.done + 1, failed: [...progress.failed, { id, message: said }] });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, worker));
  tell({ isOver: true });
  return progress;
}

// The same thing done to many records, a few at a time, with what failed kept for the person to read.
import { type Failure, failureOf } from "./failure";
import { ENGLISH, type Words } from "./words";

export interface Progress {
  total: number;
  done: number;
  failed: { id: string; message: string }[];
  isOver: boolean;
}

interface BulkOptions {
  signal?: AbortSignal;
  onProgress: (progress: Progress) => void;
  words?: Pick<Words, "refusal" | "fault">;
}

const AT_ONCE = 4;

/** A refusal in one line. */
function lineOf(failure: Failure, { refusal, fault }: Pick<Words, "refusal" | "fault">): string {
  const { text, original } = refusal(failure);
  const said = original === undefined ? text : `${text} (${original})`;
  return [said, ...failure.details.map(({ message }) => fault(message))].join(": ");
}

/** Deletes what may be gone already: rows out of sight are known as they were when they were read. */
export async function removeIfThere(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (![404, 410].includes(failureOf(error).status)) throw error;
  }
}

/** One refusal stops nobody else; after a stop what has begun is finished, and nothing new begins. */
export async function runBulk(
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
  { signal, onProgress, words = ENGLISH }: BulkOptions,
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
        const failed = { id, message: lineOf(failureOf(error), words) };
        tell({ done: progress.done + 1, failed: [...progress.failed, failed] });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, worker));
  tell({ isOver: true });
  return progress;
}

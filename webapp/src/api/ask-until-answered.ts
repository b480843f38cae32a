// Asks the server something now, and again as long as it can't be reached: with longer and longer pauses, and at once when
// the browser has a network again.
import { ApiFailure } from "./failure";

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

interface Question<T> {
  ask: (signal: AbortSignal) => Promise<T>;
  /** The first time is so much later: the hand may not rest yet. */
  afterMs: number;
  onAnswer: (answer: T) => void;
  /** There is no answer, so far or at all. */
  onNone: () => void;
}

/** Gives what ends it. */
export function askUntilAnswered<T>({ ask, afterMs, onAnswer, onNone }: Question<T>): () => void {
  const asking = new AbortController();
  const { signal } = asking;
  let pause = FIRST_PAUSE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const askSoon = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(attempt, ms);
  };
  const again = () => askSoon(0);
  const attempt = () => {
    window.removeEventListener("online", again);
    ask(signal).then(
      (answer) => !signal.aborted && onAnswer(answer),
      (cause) => {
        if (signal.aborted) return;
        onNone();
        if (!mayPass(cause)) return;
        askSoon(pause);
        pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
        window.addEventListener("online", again);
      },
    );
  };
  askSoon(afterMs);
  return () => {
    clearTimeout(timer);
    window.removeEventListener("online", again);
    asking.abort();
  };
}

/** What the server refuses it refuses again. */
function mayPass(cause: unknown): boolean {
  return !(cause instanceof ApiFailure) || cause.status >= 500 || cause.status === 429 || cause.status === 0;
}

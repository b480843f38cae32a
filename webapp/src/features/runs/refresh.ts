// Reads something anew whenever that is asked for, at most so often; and by itself where it could not be read, or where it
// was asked for while it was being read: what comes of that may be older than what it was asked for.
import { ApiFailure } from "@/api/failure";

const EVERY_MS = 700;
/** After a failure; what is read has had its own attempts by then. */
const AGAIN_AFTER_MS = 5_000;

export class Refresh {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private notBefore = 0;
  private isReading = false;
  private isWanted = false;
  private isStopped = false;

  constructor(private readonly read: () => Promise<unknown>) {}

  readonly ask = (): void => {
    this.isStopped = false;
    this.isWanted = true;
    this.plan();
  };

  /** Nobody looks any more. */
  readonly stop = (): void => {
    this.isStopped = true;
    this.isWanted = false;
    clearTimeout(this.timer);
    this.timer = undefined;
  };

  private plan(): void {
    if (!this.isWanted || this.isReading || this.timer !== undefined) return;
    this.timer = setTimeout(() => void this.go(), Math.max(0, this.notBefore - Date.now()));
  }

  private async go(): Promise<void> {
    this.timer = undefined;
    this.isWanted = false;
    this.isReading = true;
    this.notBefore = Date.now() + EVERY_MS;
    try {
      await this.read();
    } catch (cause) {
      this.notBefore = Date.now() + AGAIN_AFTER_MS;
      if (!this.isStopped && mayPass(cause)) this.isWanted = true;
    } finally {
      this.isReading = false;
      this.plan();
    }
  }
}

/** A refusal stays one: the run was deleted, or is none that they may see. */
function mayPass(cause: unknown): boolean {
  return !(cause instanceof ApiFailure) || cause.status < 400 || cause.status === 429 || cause.status >= 500;
}

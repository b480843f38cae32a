// Files on their way, outside React: each is waiting, sending, done, refused, cancelled, or too large to be sent at all, and few
// are sent at the same time.
import type { Upload } from "./api/upload-file";

/** More at once would only make each of them slower. */
const AT_ONCE = 3;

export type UploadState =
  | { kind: "waiting" }
  | { kind: "sending"; sent: number }
  | { kind: "done" }
  | { kind: "refused"; failure: unknown }
  | { kind: "cancelled" }
  /** The server would refuse it after all of it was sent. */
  | { kind: "too_large"; most: number };

export interface UploadItem {
  id: number;
  file: File;
  state: UploadState;
}

type Send = (upload: Upload) => Promise<void>;

export class Uploads {
  /** The largest file that the server takes, in bytes, once that is known. */
  most: number | undefined;
  private items: readonly UploadItem[] = [];
  private next = 1;
  private readonly cancels = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly send: Send,
    private readonly onDone: () => void,
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  read = (): readonly UploadItem[] => this.items;

  /** Whether something is on its way, or waits to be. */
  get isBusy(): boolean {
    return this.items.some(({ state }) => state.kind === "waiting" || state.kind === "sending");
  }

  add(files: Iterable<File>): void {
    const added = [...files].map(
      (file): UploadItem => ({ id: this.next++, file, state: this.beginning(file) }),
    );
    this.show([...this.items, ...added]);
    for (const { id } of added) this.replacing.delete(id);
    this.begin();
  }

  /** Once more; `replace` takes the place of the file of the same name. */
  again(id: number, replace: boolean): void {
    if (replace) this.replacing.add(id);
    const item = this.find(id);
    if (item) this.set(id, this.beginning(item.file));
    this.begin();
  }

  cancel(id: number): void {
    this.cancels.get(id)?.abort();
    if (this.find(id)?.state.kind === "waiting") this.set(id, { kind: "cancelled" });
  }

  /** Takes what has ended off the list. */
  clear(): void {
    this.show(this.items.filter(({ state }) => state.kind === "waiting" || state.kind === "sending"));
  }

  private readonly replacing = new Set<number>();

  private beginning({ size }: File): UploadState {
    const { most } = this;
    return most !== undefined && size > most ? { kind: "too_large", most } : { kind: "waiting" };
  }

  private begin(): void {
    const free = AT_ONCE - this.items.filter(({ state }) => state.kind === "sending").length;
    const waiting = this.items.filter(({ state }) => state.kind === "waiting").slice(0, Math.max(0, free));
    for (const item of waiting) void this.run(item);
  }

  private async run({ id, file }: UploadItem): Promise<void> {
    const cancel = new AbortController();
    this.cancels.set(id, cancel);
    this.set(id, { kind: "sending", sent: 0 });
    const onProgress = (sent: number) => {
      if (!cancel.signal.aborted) this.set(id, { kind: "sending", sent });
    };
    try {
      await this.send({ file, replace: this.replacing.has(id), signal: cancel.signal, onProgress });
      this.set(id, { kind: "done" });
      this.onDone();
    } catch (failure) {
      this.set(id, cancel.signal.aborted ? { kind: "cancelled" } : { kind: "refused", failure });
    }
    this.cancels.delete(id);
    this.begin();
  }

  private find(id: number): UploadItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  private set(id: number, state: UploadState): void {
    this.show(this.items.map((item) => (item.id === id ? { ...item, state } : item)));
  }

  private show(items: readonly UploadItem[]): void {
    this.items = items;
    for (const listener of this.listeners) listener();
  }
}

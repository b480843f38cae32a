// The pins of one workflow, outside of React: shown at once, kept in this browser, and sent to the server a moment later.
import { ApiFailure } from "@/api/failure";
import { type Pin, type PinChanges, type Pins, withChanges, withoutSent } from "./pins";
import {
  dropUnsentOfNew,
  forgetSent,
  keepUnsent,
  moveUnsent,
  recallBefore,
  recallUnsent,
  takeOverBefore,
} from "./unsent-pins";

/** What the server has, and in which state. */
export interface KeptPins {
  pins: Pins;
  etag: string | undefined;
}

export interface PinServer {
  read: (workflowId: string) => Promise<KeptPins>;
  /** Refuses with 412 when somebody else was faster. */
  write: (workflowId: string, pins: Pins, etag: string | undefined) => Promise<KeptPins>;
}

/** Typing sends nothing at each letter. */
const SENT_AFTER_MS = 800;

/** Somebody who pins all the time gets in between this often, and no oftener. */
const ATTEMPTS = 5;

export class PinKeeper {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private unsent: PinChanges = {};
  private readonly pinnedHere = new Set<string>();
  private sending: Promise<void> | undefined;
  /** What everybody who works on the workflow sees, with what was changed here. */
  pins: Pins;
  /** Why the server does not have all of it. */
  failure: unknown = null;

  constructor(
    private id: string | undefined,
    /** Nothing, where it could not be read yet. */
    private known: KeptPins | undefined,
    private readonly server: PinServer,
    private readonly changed: () => void,
    /** For somebody who may only look: nothing of an earlier visit comes back, and nothing is sent. */
    private readonly isReadOnly = false,
    /** What this browser keeps them under before the workflow has an id. */
    private readonly nameOfNew = () => "new",
  ) {
    this.pins = {};
    this.takeUp();
    if (id !== undefined && (this.hasUnsent || !known)) this.sendSoon();
  }

  get hasUnsent(): boolean {
    return Object.keys(this.unsent).length > 0;
  }

  set(node: string, pin: Pin | undefined): void {
    if (this.isReadOnly || (pin === undefined && !(node in this.pins))) return;
    if (pin === undefined) this.pinnedHere.delete(node);
    else this.pinnedHere.add(node);
    const change = { [node]: pin ?? null };
    this.unsent = { ...this.unsent, ...change };
    this.pins = withChanges(this.pins, change);
    // As long as it has no id, the name may change.
    keepUnsent(this.keptAs, this.id === undefined ? this.unsent : change);
    this.sendSoon();
    this.changed();
  }

  private get keptAs(): string {
    return this.id ?? this.nameOfNew();
  }

  /** Nodes that were pinned by whoever works here, since the page is open. */
  get own(): readonly string[] {
    return [...this.pinnedHere];
  }

  /** The workflow was saved for the first time: its pins have somewhere to go. */
  belongTo(id: string): void {
    if (this.id !== undefined) return;
    moveUnsent(this.nameOfNew(), id);
    this.id = id;
    if (this.hasUnsent) this.sendSoon();
  }

  /** The workflow was never saved, and what was drawn of it is thrown away. */
  dropNew(): void {
    if (this.id !== undefined || this.isReadOnly) return;
    dropUnsentOfNew(this.nameOfNew());
    this.unsent = {};
    this.pins = {};
    this.pinnedHere.clear();
    this.changed();
  }

  /** Sends now what was not sent. */
  send(): Promise<void> {
    clearTimeout(this.timer);
    this.sending ??= this.sendAll().finally(() => {
      this.sending = undefined;
    });
    return this.sending;
  }

  private async sendAll(): Promise<void> {
    const { id } = this;
    if (id === undefined) return;
    try {
      let attempts = 0;
      while (this.hasUnsent || !this.known) {
        if (!this.known) this.know(await this.server.read(id));
        const sent = this.unsent;
        if (!this.known || Object.keys(sent).length === 0) break;
        try {
          const pins = withChanges(this.known.pins, sent);
          const kept = await this.server.write(id, pins, this.known.etag);
          this.unsent = withoutSent(this.unsent, sent);
          forgetSent(id, sent);
          this.know(kept);
        } catch (cause) {
          attempts += 1;
          const isOutdated = cause instanceof ApiFailure && cause.status === 412;
          if (!isOutdated || attempts >= ATTEMPTS) throw cause;
          this.known = undefined;
        }
      }
      this.fail(null);
    } catch (cause) {
      this.fail(cause);
    }
  }

  private know(kept: KeptPins): void {
    const isFirst = this.known === undefined;
    this.known = kept;
    if (isFirst) this.takeUp();
    else this.pins = withChanges(kept.pins, this.unsent);
    this.changed();
  }

  private takeUp(): void {
    const pins = this.known?.pins ?? {};
    if (this.isReadOnly) {
      this.pins = pins;
      return;
    }
    if (this.known || this.id === undefined) takeOverBefore(this.keptAs, pins);
    this.unsent = { ...recallUnsent(this.keptAs), ...this.unsent };
    this.pins = withChanges({ ...withChanges({}, recallBefore(this.keptAs)), ...pins }, this.unsent);
  }

  private fail(cause: unknown): void {
    if (this.failure === cause) return;
    this.failure = cause;
    this.changed();
  }

  private sendSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), SENT_AFTER_MS);
  }
}

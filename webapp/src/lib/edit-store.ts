// A draft that is being edited, outside of React: what is done to it, taken back, chosen, refused and kept in this browser.
import { drafts } from "./draft-keeper";
import * as edits from "./edit-history";
import { type FaultyText, forgetText, keepText, recallText } from "./faulty-text";
import { t } from "./i18n";
import { sameJson } from "./same-json";

/** Typing keeps no draft at each letter. */
const KEPT_AFTER_MS = 400;

export abstract class EditStore<Draft, Operation, Base extends { id: string | undefined; draft: Draft }> {
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Takes over what was typed and is not read yet. */
  private readTyped: (() => void) | undefined;
  /** What this page holds it as; nothing before it is shown, null once it was left. */
  private claimed: string | null | undefined;
  /** Why the last thing that was tried is not possible. */
  refusal: string | null = null;
  /** Unsaved edits of an earlier visit, since when; they are here again. */
  restored: string | null = null;
  /** False when this browser has no room for the draft. */
  isKept = true;
  /** Text that was typed beside the canvas and can't be read yet: unsaved, and no part of the draft. */
  faultyText: FaultyText | null = null;
  history: edits.History<Draft, Operation>;

  constructor(
    protected readonly language: edits.Language<Draft, Operation>,
    /** What is being edited, as the server has it. */
    public base: Base,
  ) {
    this.history = edits.begin(base.draft);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get draft(): Draft {
    return this.history.draft;
  }

  get steps(): readonly edits.Step<Operation>[] {
    return this.history.done;
  }

  get isDirty(): boolean {
    return this.faultyText !== null || this.isEdited;
  }

  private get isEdited(): boolean {
    return this.draft !== this.base.draft && !this.isSame(this.draft, this.base.draft);
  }

  /** Says whether it was possible; what was not is told on screen. */
  perform(title: string, operations: Operation[], mark?: string): boolean {
    return this.attempt(() => edits.perform(this.history, this.language, title, operations, mark));
  }

  /**
   * What was typed as text becomes one step, and says why it can't. What goes on top of what the canvas became meanwhile
   * takes nothing of that back, so it is no replacement of the whole.
   */
  performText(operations: (Operation & { op: string })[], isOnTop: boolean): string | null {
    if (isOnTop && operations.some(({ op }) => op === "replace"))
      return t("This text changes too much to go on top of what was changed on the canvas.");
    return this.perform(t("Edit the text"), operations, isOnTop ? undefined : "text") ? null : this.refusal;
  }

  undo(): void {
    this.attempt(() => edits.undo(this.history, this.language));
  }

  redo(): void {
    this.attempt(() => edits.redo(this.history, this.language));
  }

  /** What is typed next is a step of its own. */
  seal(): void {
    this.history = edits.seal(this.history);
  }

  refuse(why: string | null): void {
    this.refusal = why;
    this.tell();
  }

  /** Text that can't be taken outlives the panel it was typed in, and the page. */
  setFaultyText(faulty: FaultyText | null): void {
    this.faultyText = faulty;
    keepText(this.textName, faulty);
    this.tell();
  }

  /** Takes up the text that an earlier visit in this tab left. */
  recallText(): void {
    if (this.isReadOnly || this.faultyText) return;
    this.faultyText = recallText(this.textName);
    if (this.faultyText) this.tell();
  }

  /** Whoever reads what is typed a moment later can be asked to do it now. */
  readonly whileTyping = (read: () => void): (() => void) => {
    this.readTyped = read;
    return () => {
      if (this.readTyped === read) this.readTyped = undefined;
    };
  };

  /** What was typed up to now counts: it is about to be saved, run or left. */
  settleTyping(): void {
    this.readTyped?.();
  }

  /** Says so where there is text that saving would leave behind. */
  refusesToSave(): boolean {
    this.settleTyping();
    if (this.faultyText === null) return false;
    this.refuse(t("The text beside the canvas has a fault and can't be saved: mend it or drop it first."));
    return true;
  }

  discard(): void {
    if (this.faultyText) this.setFaultyText(null);
    this.history = edits.begin(this.base.draft);
    this.restored = null;
    this.settle();
  }

  /** What was kept of an earlier visit goes on as if nothing had been in between. */
  keepRestored(): void {
    this.restored = null;
    this.tell();
  }

  /** Keeps it now: the page is about to go. */
  flush(): void {
    this.settleTyping();
    this.keepNow();
  }

  /** What an earlier visit with another role left stays for when that role is back. */
  private keepNow(): void {
    clearTimeout(this.timer);
    if (this.isReadOnly) return;
    const before = this.isKept;
    this.isKept = this.isEdited ? this.keepUnsaved() : this.forgetUnsaved();
    // What came after it was left (a save that took its time) is held no longer than it takes to keep it.
    if (this.claimed === null) drafts.release(this.draftKey);
    else if (this.claimed !== undefined && this.claimed !== this.draftKey) this.claim();
    if (before !== this.isKept) this.tell();
  }

  /** As long as this page edits it, no other one takes up what is kept of it. */
  claim(): () => void {
    // With its first version it is known by another key.
    if (this.claimed && this.claimed !== this.draftKey) drafts.release(this.claimed);
    this.claimed = this.draftKey;
    drafts.claim(this.claimed);
    return () => {
      if (this.claimed) drafts.release(this.claimed);
      this.claimed = null;
    };
  }

  /** Takes up what was kept, unless it says the same as what the server has. */
  protected takeUp(base: Base, history: edits.History<Draft, Operation>, at: string): void {
    if (this.isSame(history.draft, this.base.draft)) return;
    this.base = base;
    this.history = history;
    this.restored = at;
  }

  /** Goes on from another state of the server, with these steps done on top of it. */
  protected goOnFrom(base: Base, history: edits.History<Draft, Operation> | undefined): void {
    this.base = base;
    this.history = history ?? edits.begin(base.draft);
    this.restored = null;
    this.settle();
  }

  protected isSame(one: Draft, other: Draft): boolean {
    return sameJson(one, other);
  }

  /** Brings along what is computed from the draft. */
  protected abstract derive(): void;
  protected abstract keepUnsaved(): boolean;
  /** What this browser knows it by that is edited. */
  protected abstract get draftKey(): string;
  abstract readonly isReadOnly: boolean;

  /** Under which name this tab keeps its text; of what was never saved there may be several. */
  protected get textName(): string {
    return this.draftKey + (this.base.id === undefined ? drafts.nameOf(this.draftKey) : "");
  }

  /** What was saved has another name than before: text that was begun meanwhile goes along. */
  protected moveText(before: string): void {
    if (before === this.textName) return;
    forgetText(before);
    if (this.faultyText) keepText(this.textName, this.faultyText);
  }

  protected forgetUnsaved(): true {
    drafts.forget(this.draftKey);
    return true;
  }

  protected settle(): void {
    this.derive();
    this.keepSoon();
    this.tell();
  }

  protected keepSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepNow(), KEPT_AFTER_MS);
  }

  protected tell(): void {
    for (const listener of this.listeners) listener();
  }

  private attempt(change: () => edits.History<Draft, Operation>): boolean {
    try {
      const history = change();
      this.refusal = null;
      if (history === this.history) return true;
      this.history = history;
      this.settle();
      return true;
    } catch (cause) {
      if (!(cause instanceof edits.Refusal)) throw cause;
      this.refuse(cause.message);
      return false;
    }
  }
}

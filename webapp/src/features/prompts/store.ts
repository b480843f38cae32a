// The prompt that is being edited, outside of React: the draft, what it began with, and what the server has now.
import { drafts } from "@/lib/draft-keeper";
import { EditStore } from "@/lib/edit-store";
import { useStore } from "@/lib/use-store";
import type { Opened } from "./api/open-prompt";
import { type Draft, draftOf, EMPTY, LANGUAGE, type Operation, readDraft, sameDraft } from "./draft";
import { type Read, read } from "./text/variables";

export { useStore as usePrompt };

/** What an edit began with; no id for what was never saved. */
export interface Base {
  id: string | undefined;
  etag: string | undefined;
  version: number;
  draft: Draft;
}

/** What the server has, which labels change as well. */
export interface Present {
  etag: string | undefined;
  version: number;
  labels: Readonly<Record<string, number>>;
}

const keyOf = (id: string | undefined) => `lathe.prompt.${id ?? "new"}`;

export class PromptStore extends EditStore<Draft, Operation, Base> {
  /** Who may not write sees no fields to write in. */
  readonly isReadOnly = false;
  present: Present;
  /** The text as it was understood. */
  read: Read;
  /** The values that the text took when it could last be read. */
  names: readonly string[];

  constructor(opened: Opened | undefined) {
    super(LANGUAGE, baseOf(opened));
    this.present = presentOf(opened);
    this.names = opened?.prompt.shown.variables.map(({ name }) => name) ?? [];
    const found = drafts.recall<Draft, Operation>(keyOf(this.base.id), readDraft);
    const { kept, more } = found ?? {};
    if (kept && typeof more?.version === "number") {
      const etag = typeof more.etag === "string" ? more.etag : undefined;
      const base = { id: this.base.id, etag, version: more.version, draft: kept.base };
      this.takeUp(base, { draft: kept.draft, done: [], undone: [] }, kept.at);
    }
    this.read = read(this.draft.content);
    this.derive();
  }

  set<Field extends keyof Draft>(field: Field, to: Draft[Field]): void {
    this.perform(field, [{ field, to }], field);
  }

  /** What was saved is what later edits are compared with. */
  saved(opened: Opened, sent: Draft): void {
    this.forgetUnsaved();
    const isLater = this.draft !== sent;
    this.base = baseOf(opened);
    this.present = presentOf(opened);
    const draft = isLater ? { ...this.draft, note: "" } : this.base.draft;
    this.history = { draft, done: [], undone: [] };
    this.restored = null;
    this.settle();
  }

  /** Goes on from what somebody else has saved, with this draft on top of it. */
  rebase(opened: Opened, draft: Draft | undefined): void {
    this.present = presentOf(opened);
    const base = baseOf(opened);
    this.goOnFrom(base, draft && { draft, done: [], undone: [] });
  }

  /** Only labels have changed, which the draft has none of. */
  relabelled(opened: Opened): void {
    const isAsBefore = this.base.etag === this.present.etag;
    this.present = presentOf(opened);
    if (isAsBefore) this.base = { ...this.base, etag: opened.etag };
    this.tell();
  }

  /** Shows what the server has now; the draft goes on from what it began with. */
  seen(opened: Opened): void {
    this.present = presentOf(opened);
    this.tell();
  }

  protected override isSame(one: Draft, other: Draft): boolean {
    return sameDraft(one, other);
  }

  protected derive(): void {
    this.read = read(this.draft.content);
    if (this.read.fault === undefined && this.read.beyond === undefined) this.names = this.read.names;
  }

  protected keepUnsaved(): boolean {
    const { etag, version, draft: base } = this.base;
    const kept = { etag, version, base, draft: this.draft, done: [], at: new Date().toISOString() };
    return drafts.keep(this.draftKey, kept);
  }

  protected get draftKey(): string {
    return keyOf(this.base.id);
  }
}

function baseOf(opened: Opened | undefined): Base {
  if (!opened) return { id: undefined, etag: undefined, version: 0, draft: EMPTY };
  const { prompt, etag } = opened;
  return { id: prompt.id, etag, version: prompt.version, draft: draftOf(prompt) };
}

function presentOf(opened: Opened | undefined): Present {
  if (!opened) return { etag: undefined, version: 0, labels: {} };
  const { version, labels } = opened.prompt;
  return { etag: opened.etag, version, labels };
}

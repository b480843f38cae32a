// The unsaved edits of a workflow in this browser: a draft for each page that edits it, with the version that it began with.
import type { Layout } from "@/api/types";
import { drafts, type KeptDraft } from "@/lib/draft-keeper";
import { isRecord } from "@/lib/json";
import { type Draft, readDocument } from "./operations/document";
import type { Operation } from "./operations/operation";

/** What an edit began with: a workflow at a version, or nothing yet. */
export interface Kept extends KeptDraft<Draft, Operation> {
  version: number;
  etag: string | undefined;
}

const PREFIX = "lathe.draft.";

export function keyOf(workflowId: string | undefined): string {
  return PREFIX + (workflowId ?? "new");
}

export function keep(workflowId: string | undefined, kept: Kept, keeper = drafts): boolean {
  return keeper.keep(keyOf(workflowId), kept);
}

export function recall(workflowId: string | undefined, keeper = drafts): Kept | undefined {
  const found = keeper.recall<Draft, Operation>(keyOf(workflowId), readDraft);
  if (!found || typeof found.more.version !== "number") return undefined;
  const { version, etag } = found.more;
  return { ...found.kept, version, etag: typeof etag === "string" ? etag : undefined };
}

/** What tells a workflow that was never saved from others that are drawn in this browser. */
export function nameOfNew(keeper = drafts): string {
  return `new${keeper.nameOf(keyOf(undefined))}`;
}

/** Whether what was pinned to a workflow that was never saved may be asked for again, here or on another page. */
export function isNewInUse(name: string, keeper = drafts): boolean {
  return keeper.isInUse(keyOf(undefined), name.slice("new".length));
}

function readDraft(value: unknown): Draft | undefined {
  if (!isRecord(value) || !isRecord(value.layout)) return undefined;
  const document = readDocument(value.document);
  return typeof document === "string" ? undefined : { document, layout: value.layout as Layout };
}

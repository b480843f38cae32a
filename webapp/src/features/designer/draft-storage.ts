// The unsaved edits of a workflow in this browser: one draft per workflow, with the version that it began with.
import type { Layout } from "@/api/types";
import { isRecord } from "@/lib/json";
import { forgetDraft, type KeptDraft, keepDraft, recallDraft } from "@/lib/kept-draft";
import { type Draft, readDocument } from "./operations/document";
import type { Operation } from "./operations/operation";

/** What an edit began with: a workflow at a version, or nothing yet. */
export interface Kept extends KeptDraft<Draft, Operation> {
  version: number;
  etag: string | undefined;
}

const PREFIX = "lathe.draft.";

/** One draft per workflow; the version that it began with stands in it. */
export function keyOf(workflowId: string | undefined): string {
  return PREFIX + (workflowId ?? "new");
}

export function keep(workflowId: string | undefined, kept: Kept, storage?: Storage): boolean {
  return keepDraft(keyOf(workflowId), kept, storage);
}

export function forget(workflowId: string | undefined, storage?: Storage): void {
  forgetDraft(keyOf(workflowId), storage);
}

export function recall(workflowId: string | undefined, storage?: Storage): Kept | undefined {
  const found = recallDraft<Draft, Operation>(keyOf(workflowId), readDraft, storage);
  if (!found || typeof found.more.version !== "number") return undefined;
  const { version, etag } = found.more;
  return { ...found.kept, version, etag: typeof etag === "string" ? etag : undefined };
}

function readDraft(value: unknown): Draft | undefined {
  if (!isRecord(value) || !isRecord(value.layout)) return undefined;
  const document = readDocument(value.document);
  return typeof document === "string" ? undefined : { document, layout: value.layout as Layout };
}

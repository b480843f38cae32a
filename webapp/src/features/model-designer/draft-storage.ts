// The unsaved edits of models in this browser: one draft per application or lone model.
import { isRecord, type JsonRecord } from "@/lib/json";
import { forgetDraft, type KeptDraft, keepDraft, recallDraft } from "@/lib/kept-draft";
import { type Home, readLayout } from "./api/opened";
import { type Draft, readDocument } from "./operations/document";
import type { Operation } from "./operations/operation";

export interface Kept extends KeptDraft<Draft, Operation> {
  etag: string | undefined;
  configuration: JsonRecord;
}

export function keyOf(home: Home, id: string | undefined): string {
  return `lathe.models.${home}.${id ?? "new"}`;
}

export function keep(key: string, kept: Kept): boolean {
  return keepDraft(key, kept);
}

export function forget(key: string): void {
  forgetDraft(key);
}

export function recall(key: string): Kept | undefined {
  const found = recallDraft<Draft, Operation>(key, readDraft);
  if (!found) return undefined;
  const { etag, configuration } = found.more;
  return {
    ...found.kept,
    etag: typeof etag === "string" ? etag : undefined,
    configuration: isRecord(configuration) ? configuration : {},
  };
}

function readDraft(value: unknown): Draft | undefined {
  if (!isRecord(value)) return undefined;
  const document = readDocument(value.document);
  return typeof document === "string" ? undefined : { document, layout: readLayout(value.layout) };
}

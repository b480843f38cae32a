// The unsaved edits of models in this browser: a draft for each page that edits an application or a lone model.
import { drafts, type KeptDraft } from "@/lib/draft-keeper";
import { isRecord, type JsonRecord } from "@/lib/json";
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
  return drafts.keep(key, kept);
}

export function recall(key: string): Kept | undefined {
  const found = drafts.recall<Draft, Operation>(key, readDraft);
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

// What is designed, as the server has it: the models of an application, or one model that stands alone.
import type { JsonRecord } from "@/lib/json";
import { arrange, layoutOf } from "../arrangement";
import { type ApplicationDocument, type Draft, readDocument } from "../operations/document";

/** Models live in an application, or alone: then there is one, without relations. */
export type Home = "application" | "model";

export interface Opened {
  home: Home;
  id: string;
  /** By which the server knows whether somebody else has changed it since. */
  etag: string | undefined;
  draft: Draft;
  /** How the application is shipped; where its boxes stand is kept there, too, since the server has no other place for it. */
  configuration: JsonRecord;
}

export function draftOf(written: unknown, layout: unknown): Draft {
  const document = readDocument(written);
  if (typeof document === "string") throw new Error(document);
  // Every box has a place from the start, so that adding one moves no other.
  return { document, layout: placed(document, layout) };
}

export function placed(document: ApplicationDocument, layout: unknown): Draft["layout"] {
  return layoutOf(arrange(document, readLayout(layout)).places);
}

export function readLayout(written: unknown): Draft["layout"] {
  if (typeof written !== "object" || written === null) return {};
  const layout: Draft["layout"] = {};
  for (const [name, place] of Object.entries(written)) {
    const [x, y] = [Number(place?.x), Number(place?.y)];
    if (Number.isFinite(x) && Number.isFinite(y)) layout[name] = { x, y };
  }
  return layout;
}

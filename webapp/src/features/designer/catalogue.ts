// What the designer takes from the catalogue of node kinds.
import type { NodeKind } from "@/api/types";
import type { PortsByKind } from "@/components/canvas/graph";
import type { Part } from "./operations/document";
import type { Known } from "./operations/operation";

export interface Catalogue {
  kinds: ReadonlyMap<string, NodeKind>;
  ports: PortsByKind;
}

export function knownOf(kinds: ReadonlyMap<string, NodeKind>): Known {
  return { scripts: new Map([...kinds].map(([kind, { scripts }]) => [kind, scripts])) };
}

/** The blocks that a kind runs; every kind may have an `undo` besides. */
const PARTS_BY_KIND: Record<string, { always: Part[]; maybe: Part[] }> = {
  "flow.for_each": { always: ["body"], maybe: [] },
  "flow.while": { always: ["body"], maybe: [] },
  "flow.race": { always: ["body"], maybe: [] },
  "flow.try": { always: ["body"], maybe: ["catch", "finally"] },
};

export function partsOf(kind: string): { always: readonly Part[]; maybe: readonly Part[] } {
  return PARTS_BY_KIND[kind] ?? { always: [], maybe: [] };
}

/** `HTTP request` gives `http_request`. */
export function wishedId(kind: NodeKind | undefined, fallback: string): string {
  const words = (kind?.title ?? fallback).toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const id = words.join("_").slice(0, 40);
  return /^[a-z]/.test(id) ? id : `node_${id}`;
}

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

interface Blocks {
  always: readonly Part[];
  /** Only where one adds it. */
  maybe?: readonly Part[];
  /** The block that says itself whether it takes another turn. */
  asks?: Part;
}

/** The blocks that a kind runs, which the catalogue does not tell; every kind may have an `undo` besides. */
export const BLOCKS_BY_KIND: Readonly<Record<string, Blocks>> = {
  "flow.for_each": { always: ["body"] },
  "flow.while": { always: ["body"], asks: "body" },
  "flow.race": { always: ["body"] },
  "flow.try": { always: ["body"], maybe: ["catch", "finally"] },
};

const NO_BLOCKS: Blocks = { always: [] };

export function blocksOf(kind: string): Blocks {
  return BLOCKS_BY_KIND[kind] ?? NO_BLOCKS;
}

/** `HTTP request` gives `http_request`. */
export function wishedId(kind: NodeKind | undefined, fallback: string): string {
  const words = (kind?.title ?? fallback).toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const id = words.join("_").slice(0, 40);
  return /^[a-z]/.test(id) ? id : `node_${id}`;
}

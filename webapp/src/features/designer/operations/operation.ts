// All that can be done to a draft, as data: what undo keeps, what is tested with the engine, what several people send.
import type { Layout } from "@/api/types";
import * as edits from "@/lib/edit-history";
import type { Pin } from "../pins/pins";
import type { BlockAddress, Draft, FlowBlock, FlowEdge, FlowNode, Part } from "./document";

export type Path = (string | number)[];

export type Operation =
  /** Adds a node to a block; `places` has its own place, and those of what it holds. */
  | { op: "add_node"; node: FlowNode; in?: BlockAddress; at?: number; places?: Layout }
  /** Removes a node with its edges, its places and all that it holds. */
  | { op: "remove_node"; id: string }
  /** Gives a node another id; edges, places and expressions follow. */
  | { op: "rename_node"; id: string; to: string }
  | { op: "connect"; from: string; to: string; port?: string; at?: number }
  | { op: "disconnect"; from: string; to: string; port?: string }
  /** Sets a field of a node, or of the document when no node is named; without a value it is removed. */
  | { op: "set"; node?: string; path: Path; value?: unknown; at?: number }
  /** Gives nodes other places; null forgets one. */
  | { op: "move"; places: Record<string, Layout[string] | null> }
  /** Takes a node with all that it holds to another block; the edges that it had stay behind. */
  | { op: "move_into"; id: string; in?: BlockAddress; at?: number }
  /** Gives a node a block, another one, or none. */
  | { op: "set_block"; node: string; part: Part; block?: FlowBlock; places?: Layout }
  /**
   * Pins data to a node in place of what was pinned there before; null is nothing. Pins are everybody's and no part of the
   * draft: it says the same afterwards, is no more unsaved than before, and whoever holds the pins does it to them.
   */
  | { op: "pin"; node: string; pin: Pin | null; before: Pin | null }
  /** Another document in place of this one, where nothing finer says it. */
  | { op: "replace"; draft: Draft };

export type Applied = edits.Applied<Draft, Operation>;

export type RefusalCode =
  | "unknown_node"
  | "unknown_block"
  | "unknown_edge"
  | "id_taken"
  | "bad_id"
  | "bad_path"
  | "bad_block"
  | "other_block"
  | "self_edge"
  | "edge_exists"
  | "cycle"
  | "within_itself";

/** An operation that cannot be applied; the draft is as it was. */
export class Refusal extends edits.Refusal<RefusalCode> {}

/** What operations have to know of the catalogue: which parameters hold whole scripts, by kind. */
export interface Known {
  scripts: ReadonlyMap<string, readonly string[]>;
}

export const KNOWN_NOTHING: Known = { scripts: new Map() };

export function edgeOf({ from, to, port }: { from: string; to: string; port?: string }): FlowEdge {
  return port === undefined || port === "out" ? { from, to } : { from, to, port };
}

// Where something was let go: at another place of its block, in another block, or out of all of them.
import type { Node, ReactFlowInstance } from "@xyflow/react";
import type { Layout } from "@/api/types";
import { freePlace } from "@/components/canvas/arrange";
import type { Point } from "@/components/canvas/geometry";
import { isNote, withoutNotes } from "@/components/canvas/notes";
import { t } from "@/lib/i18n";
import { moveInto, moveTo, snap } from "../gestures";
import { sameBlock } from "../operations/blocks";
import { type BlockAddress, blockAt, locate, nodesWithin, type Part } from "../operations/document";
import type { Operation } from "../operations/operation";
import type { DesignerStore } from "../store";

const HALF_CARD = 32;

type Flow = Pick<ReactFlowInstance, "getInternalNode">;

export function dropNodes(flow: Flow, store: DesignerStore, all: readonly Node[]): void {
  const dragged = all.filter(({ id }) => !isNote(id));
  const notes = all.filter(({ id }) => isNote(id) && store.draft.layout[id]);
  // What was dragged together is taken back together.
  const withNotes: Operation[] =
    notes.length > 0
      ? [moveTo(store.draft, Object.fromEntries(notes.map(({ id, position }) => [id, snap(position)])))]
      : [];
  const [first] = dragged;
  if (!first) {
    store.perform(notes.length > 1 ? t("Move") : t("Move a note"), withNotes);
    return;
  }
  const { document } = store.draft;
  const ids = withoutNotes(all.map((node) => node.id));
  const target = blockUnder(flow, store, first, ids);
  const movers = ids.filter((id) => !sameBlock(locate(document, id)?.in, target));
  const placed: Layout = {};
  for (const id of ids) {
    const corner = originOf(flow, store, movers.includes(id) ? target : locate(document, id)?.in);
    const at = absolute(flow, id);
    const inBlock = target !== undefined || locate(document, id)?.in !== undefined;
    const place = snap({ x: at.x - corner.x, y: at.y - corner.y });
    // Blocks grow to the right and downwards only.
    const within = inBlock ? { x: Math.max(0, place.x), y: Math.max(0, place.y) } : place;
    const isNew = movers.includes(id);
    const siblings = isNew ? (blockAt(document, target)?.nodes ?? []) : [];
    const size = store.arrangement.sizes.get(id);
    placed[id] = isNew && size ? snap(freePlace(within, size, siblings, store.arrangement)) : within;
  }
  // Nodes that lie in a dragged one move with it.
  const outer = ids.filter((id) => {
    const holder = locate(document, id)?.in?.node;
    return holder === undefined || !ids.includes(holder);
  });
  if (movers.length === 0) {
    store.perform(t("Move"), [{ op: "move", places: only(placed, outer) }, ...withNotes]);
    return;
  }
  const title = target ? t("Move into {{node}}", { node: target.node }) : t("Move out of the block");
  const moved = movers.filter((id) => outer.includes(id));
  store.perform(title, [...moveInto(store.draft, moved, target, only(placed, outer)), ...withNotes]);
}

/** A point of the canvas in the coordinates of the block in which a node lies. */
export function placeInBlock(flow: Flow, store: DesignerStore, node: string, point: Point): Point {
  const corner = originOf(flow, store, locate(store.draft.document, node)?.in);
  const place = { x: point.x - corner.x, y: point.y - corner.y - HALF_CARD };
  // What is nearly in line with the node before it was meant to be.
  const line = store.arrangement.places.get(node)?.y;
  return line !== undefined && Math.abs(place.y - line) < HALF_CARD ? { ...place, y: line } : place;
}

/** The innermost block over which the middle of a dragged node hangs. */
function blockUnder(
  flow: Flow,
  store: DesignerStore,
  node: Node,
  dragged: readonly string[],
): BlockAddress | undefined {
  const at = absolute(flow, node.id);
  const middle = { x: at.x + (node.width ?? 0) / 2, y: at.y + Math.min(node.height ?? 0, 64) / 2 };
  const { document } = store.draft;
  const carried = new Set(
    dragged.flatMap((id) => {
      const found = locate(document, id);
      return found ? [id, ...[...nodesWithin(found.node)].map((each) => each.id)] : [id];
    }),
  );
  let best: { address: BlockAddress; area: number } | undefined;
  for (const [holder, bands] of store.arrangement.bands) {
    if (carried.has(holder)) continue;
    const corner = absolute(flow, holder);
    for (const band of bands) {
      const [x, y] = [corner.x + band.x, corner.y + band.y];
      const isOver =
        middle.x >= x && middle.x <= x + band.width && middle.y >= y && middle.y <= y + band.height;
      const area = band.width * band.height;
      if (isOver && (!best || area < best.area))
        best = { address: { node: holder, part: band.part as Part }, area };
    }
  }
  return best?.address;
}

function originOf(flow: Flow, store: DesignerStore, address: BlockAddress | undefined): Point {
  if (!address) return { x: 0, y: 0 };
  const corner = absolute(flow, address.node);
  const band = store.arrangement.bands.get(address.node)?.find(({ part }) => part === address.part);
  return { x: corner.x + (band?.inner.x ?? 0), y: corner.y + (band?.inner.y ?? 0) };
}

function absolute(flow: Flow, id: string): Point {
  return flow.getInternalNode(id)?.internals.positionAbsolute ?? { x: 0, y: 0 };
}

function only(layout: Layout, ids: readonly string[]): Layout {
  return Object.fromEntries(Object.entries(layout).filter(([id]) => ids.includes(id)));
}

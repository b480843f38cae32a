// Which nodes stand somewhere else in another version. What has no saved place was put where there was room, and has not moved.
import type { Layout } from "@/api/types";
import { isNote } from "@/components/canvas/notes";
import { type FlowDocument, locate, nodesOf } from "../operations/document";

/** A version, with where its nodes stood. */
export interface Placed {
  document: FlowDocument;
  layout: Layout | null;
}

/** The canvas snaps to more than this; less is rounding. */
const NOTICED = 1;

export function movedNodes(older: Placed, newer: Placed): string[] {
  const blocks = new Map<string, { id: string; x: number; y: number }[]>();
  for (const { id } of nodesOf(newer.document)) {
    const [before, after] = [older.layout?.[id], newer.layout?.[id]];
    const [from, to] = [blockOf(older.document, id), blockOf(newer.document, id)];
    // Places are counted from the corner of a block: those in two blocks can't be compared.
    if (!before || !after || from === undefined || from !== to) continue;
    const offset = { id, x: after.x - before.x, y: after.y - before.y };
    blocks.set(to, [...(blocks.get(to) ?? []), offset]);
  }
  return [...blocks.values()].flatMap((offsets) => {
    const [first] = offsets;
    // Where all went the same way, nobody sees a difference.
    const isShift = first !== undefined && offsets.length > 1 && offsets.every((each) => isNear(each, first));
    return isShift ? [] : offsets.filter((each) => !isNear(each, { x: 0, y: 0 })).map((each) => each.id);
  });
}

/** The places of a drawing of both: the newer one's, and where what is gone from it stood. */
export function placesOfBoth(older: Layout | null, newer: Layout | null): Layout {
  return { ...Object.fromEntries(Object.entries(older ?? {}).filter(([id]) => !isNote(id))), ...newer };
}

function blockOf(document: FlowDocument, id: string): string | undefined {
  const found = locate(document, id);
  return found && (found.in ? `${found.in.node}.${found.in.part}` : "");
}

function isNear(one: { x: number; y: number }, other: { x: number; y: number }): boolean {
  return Math.abs(one.x - other.x) <= NOTICED && Math.abs(one.y - other.y) <= NOTICED;
}

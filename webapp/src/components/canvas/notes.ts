// Notes beside the nodes: entries of the layout that have a text, under names that no node can have.
import type { Node } from "@xyflow/react";
import type { Layout } from "@/api/types";

export interface NoteData extends Record<string, unknown> {
  text: string;
}

export type NoteNode = Node<NoteData, "note">;

const PREFIX = "note:";
export const NOTE = { width: 240, height: 132 };

export function isNote(id: string): boolean {
  return id.startsWith(PREFIX);
}

export function notesOf(layout: Layout | null | undefined): Layout {
  return Object.fromEntries(Object.entries(layout ?? {}).filter(([id]) => isNote(id)));
}

/** Those that are nodes: what is chosen may be either. */
export function withoutNotes(ids: readonly string[]): string[] {
  return ids.filter((id) => !isNote(id));
}

export function freeNoteId(layout: Layout): string {
  let number = 1;
  while (layout[`${PREFIX}${number}`]) number++;
  return `${PREFIX}${number}`;
}

/** They lie below the nodes, so that a note can be written around some of them; chosen they are where one edits. */
export function drawNotes(layout: Layout | null | undefined, isEditing = false): NoteNode[] {
  return Object.entries(notesOf(layout)).map(([id, place]) => {
    const size = { width: place.width ?? NOTE.width, height: place.height ?? NOTE.height };
    return {
      id,
      type: "note",
      position: { x: place.x, y: place.y },
      ...size,
      measured: size,
      handles: [],
      zIndex: -1,
      selectable: isEditing,
      focusable: false,
      dragHandle: ".lathe-note-grip",
      data: { text: place.note ?? "" },
    };
  });
}

// What is done to notes, as operations: they are places with a text, so that moving says it all.

import { goOnAtCanvas } from "@/components/canvas/go-on";
import type { NoteEditing } from "@/components/canvas/note-card";
import { freeNoteId, isNote, NOTE, notesOf } from "@/components/canvas/notes";
import { t } from "@/lib/i18n";
import { GRID, snap } from "./gestures";
import type { DesignerStore } from "./store";

/** What is chosen: the one thing there is, or how many nodes and notes. */
export function chosenInWords(ids: readonly string[]): string {
  const notes = ids.filter(isNote).length;
  const [first] = ids;
  if (ids.length === 1 && first !== undefined) return notes === 1 ? t("this note") : first;
  const [ofNodes, ofNotes] = [
    t("{{count}} nodes", { count: ids.length - notes }),
    t("{{count}} notes", { count: notes }),
  ];
  if (notes === 0) return ofNodes;
  return notes === ids.length ? ofNotes : t("{{nodes}} and {{notes}}", { nodes: ofNodes, notes: ofNotes });
}

const SMALLEST = { width: 120, height: 72 };

/** Below everything that is there. */
export function addNote(store: DesignerStore): string | undefined {
  const { layout } = store.draft;
  const id = freeNoteId(layout);
  const { places, sizes } = store.arrangement;
  const nodes = store.graph.nodes.map(({ id: node }) => ({
    left: places.get(node)?.x ?? 0,
    bottom: (places.get(node)?.y ?? 0) + (sizes.get(node)?.height ?? 0),
  }));
  const notes = Object.values(notesOf(layout)).map((place) => ({
    left: place.x,
    bottom: place.y + (place.height ?? NOTE.height),
  }));
  const all = [...nodes, ...notes];
  const place =
    all.length === 0
      ? { x: 0, y: 0 }
      : { x: Math.min(...all.map(({ left }) => left)), y: Math.max(...all.map(({ bottom }) => bottom)) + 36 };
  const note = { ...snap(place), ...NOTE, note: "" };
  return store.perform(t("Add a note"), [{ op: "move", places: { [id]: note } }]) ? id : undefined;
}

export function noteEditing(store: DesignerStore): NoteEditing {
  const change = (title: string, id: string, more: object, mark?: string) => {
    const place = store.draft.layout[id];
    if (place) store.perform(title, [{ op: "move", places: { [id]: { ...place, ...more } } }], mark);
  };
  return {
    write: (id, text) => change(t("Write a note"), id, { note: text }, `note ${id}`),
    seal: () => store.seal(),
    shift: (id, by, grows) => {
      const place = store.draft.layout[id];
      if (!place) return;
      const { x, y, width = NOTE.width, height = NOTE.height } = place;
      const larger = {
        width: Math.max(SMALLEST.width, width + by.x * GRID),
        height: Math.max(SMALLEST.height, height + by.y * GRID),
      };
      const elsewhere = { x: x + by.x * GRID, y: y + by.y * GRID };
      change(t("Move a note"), id, grows ? larger : elsewhere, `nudge ${id}`);
    },
    remove: (id) => {
      if (store.perform(t("Delete a note"), [{ op: "move", places: { [id]: null } }])) goOnAtCanvas();
    },
  };
}

// What was dragged together is put down and taken back together, whether it is nodes or notes.
import type { Node } from "@xyflow/react";
import { expect, it } from "vitest";
import type { NodeKind, Workflow } from "@/api/types";
import { DesignerStore } from "../store";
import { dropNodes } from "./drop";

const note = { x: 0, y: 240, width: 240, height: 132, note: "Ask Ada." };
const kind = { title: "Set values", ports: ["out"], scripts: [] as string[] } as NodeKind;
const catalogue = { kinds: new Map([["data.set", kind]]), ports: new Map() };

function opened() {
  const document = { lathe: 1, name: "flow", nodes: [{ id: "a", kind: "data.set" }] };
  const workflow = { id: "w", version: 1, document, layout: { a: { x: 0, y: 0 }, "note:1": note } };
  return { workflow: workflow as unknown as Workflow, etag: undefined };
}

it("moves nodes and notes in one step, and a note keeps its text", () => {
  const kept = { pins: {}, etag: undefined };
  const server = { read: async () => kept, write: async () => kept };
  const store = new DesignerStore(catalogue, opened(), { server, kept });
  const before = store.draft;
  const dragged = [
    { id: "note:1", position: { x: 121, y: 359 } },
    { id: "a", position: { x: 121, y: 119 }, width: 200, height: 64 },
  ] as Node[];
  type Flow = Parameters<typeof dropNodes>[0];
  const flow = {
    getInternalNode: (id: string) => ({
      internals: { positionAbsolute: dragged.find((each) => each.id === id)?.position },
    }),
  } as unknown as Flow;
  dropNodes(flow, store, dragged);
  expect(store.steps).toHaveLength(1);
  expect(store.draft.layout).toEqual({ a: { x: 120, y: 120 }, "note:1": { ...note, x: 120, y: 360 } });
  store.undo();
  expect(store.draft).toEqual(before);
});

// Text that was mended late goes on top of what was done on the canvas meanwhile, and takes nothing of it back unasked.
import { beforeEach, expect, it } from "vitest";
import type { NodeKind, Workflow } from "@/api/types";
import { notesOf } from "@/components/canvas/notes";
import type { FlowDocument } from "../operations/document";
import { DesignerStore } from "../store";
import { takeOver } from "./take-over";

const kind = { title: "HTTP request", ports: ["out"], scripts: [] as string[] } as NodeKind;
const catalogue = { kinds: new Map([["http.request", kind]]), ports: new Map() };
const node = (id: string) => ({ id, kind: "http.request" });
const documentOf = (...ids: string[]): FlowDocument => ({ lathe: 1, name: "flow", nodes: ids.map(node) });

function storeOf(document: FlowDocument): DesignerStore {
  const kept = { pins: {}, etag: undefined };
  const workflow = { id: "w", version: 1, document } as unknown as Workflow;
  const server = { read: async () => kept, write: async () => kept };
  return new DesignerStore(catalogue, { workflow, etag: '"1"' }, { server, kept });
}

const idsOf = (store: DesignerStore) => store.draft.document.nodes.map(({ id }) => id);

beforeEach(() => localStorage.clear());

it("puts what was typed on top of what was done beside it", () => {
  const since = documentOf("a");
  const store = storeOf(since);
  store.perform("Add", [{ op: "add_node", node: node("canvas"), places: {} }]);
  expect(takeOver(store, documentOf("a", "typed"), since)).toBeNull();
  expect(idsOf(store).toSorted()).toEqual(["a", "canvas", "typed"]);
});

it("refuses what does not go on top, and leaves the canvas as it is until it is told to overwrite it", () => {
  const since = documentOf("a");
  const store = storeOf(since);
  store.perform("Add", [{ op: "add_node", node: node("b"), places: {} }]);
  const typed = documentOf("a", "b", "c");
  const before = store.draft;
  expect(takeOver(store, typed, since)).toBe(store.refusal);
  expect(store.refusal).not.toBeNull();
  expect(store.draft).toBe(before);
  expect(takeOver(store, documentOf("a", "c"))).toBeNull();
  expect(idsOf(store)).toEqual(["a", "c"]);
});

it("leaves the notes on the canvas where they are", () => {
  const store = storeOf(documentOf("a"));
  store.perform("Note", [{ op: "move", places: { "note:1": { x: 0, y: 0, note: "Mind this" } } }]);
  const notes = () => notesOf(store.draft.layout);
  const before = notes();
  expect(Object.keys(before)).toHaveLength(1);
  expect(takeOver(store, documentOf("a", "b"))).toBeNull();
  expect(takeOver(store, documentOf("b"))).toBeNull();
  expect([idsOf(store), notes()]).toEqual([["b"], before]);
});

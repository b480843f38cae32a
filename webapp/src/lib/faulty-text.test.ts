// @vitest-environment node
// Text that can't be read yet is there again in a later visit, and gone once it is mended.
import { expect, it } from "vitest";
import { type FaultyText, holdText, recallText } from "./faulty-text";

function storeOf(isReadOnly = false) {
  return {
    isReadOnly,
    faultyText: null as FaultyText | null,
    setFaultyText(faulty: FaultyText | null) {
      this.faultyText = faulty;
    },
  };
}

function room(): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, text: string) => void held.set(key, text),
    removeItem: (key: string) => void held.delete(key),
  } as unknown as Storage;
}

it("comes back to who may change it, under its own name, until it is mended", () => {
  const storage = room();
  const faulty = { text: "edges: [", fault: "Line 1", canvas: "edges: []" };
  const recalled = (name: string, isReadOnly = false) => {
    const store = storeOf(isReadOnly);
    recallText(store, name, storage);
    return store.faultyText;
  };
  holdText(storeOf(), "workflow.1", faulty, storage);
  expect(recalled("workflow.1")).toEqual(faulty);
  expect(recalled("workflow.1", true)).toBeNull();
  expect(recalled("workflow.2")).toBeNull();
  holdText(storeOf(), "workflow.1", null, storage);
  expect(recalled("workflow.1")).toBeNull();
});

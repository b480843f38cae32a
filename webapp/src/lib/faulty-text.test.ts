// @vitest-environment node
// Text that can't be read yet is there again in a later visit, and gone once it is mended.
import { expect, it } from "vitest";
import { keepText, recallText } from "./faulty-text";

function room(): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, text: string) => void held.set(key, text),
    removeItem: (key: string) => void held.delete(key),
  } as unknown as Storage;
}

it("comes back under its own name until it is mended", () => {
  const storage = room();
  const faulty = { text: "edges: [", fault: "Line 1", canvas: "edges: []" };
  keepText("workflow.1", faulty, storage);
  expect(recallText("workflow.1", storage)).toEqual(faulty);
  expect(recallText("workflow.2", storage)).toBeNull();
  keepText("workflow.1", null, storage);
  expect(recallText("workflow.1", storage)).toBeNull();
});

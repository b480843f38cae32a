// What undo and redo are about, which is what is to be seen then.
import { expect, it } from "vitest";
import { readDocument } from "./document";
import { begin, perform, redo, undo } from "./history";
import { KNOWN_NOTHING, type Operation } from "./operation";
import { nodesTouched, stepBetween } from "./touched";

function start() {
  const document = readDocument({ lathe: 1, name: "x", nodes: [{ id: "a", kind: "data.set" }] });
  if (typeof document === "string") throw new Error(document);
  return begin({ document, layout: {} });
}

const rename = (id: string, to: string): Operation => ({ op: "rename_node", id, to });

it("knows what was taken back and done again from what is new", () => {
  const first = perform(start(), "one", [rename("a", "b")], KNOWN_NOTHING);
  const back = undo(first, KNOWN_NOTHING);
  expect(stepBetween(start(), first)).toBeUndefined();
  expect(stepBetween(first, back)?.title).toBe("one");
  expect(stepBetween(back, redo(back, KNOWN_NOTHING))?.title).toBe("one");
  expect(stepBetween(back, perform(back, "two", [rename("a", "c")], KNOWN_NOTHING))).toBeUndefined();
});

it("knows the nodes by every name", () => {
  expect(
    nodesTouched([
      rename("a", "b"),
      { op: "connect", from: "b", to: "c" },
      { op: "move", places: { d: null } },
      { op: "set", path: ["name"], value: "y" },
    ]),
  ).toEqual(["a", "b", "c", "d"]);
});

// What both changed is told before one side replaces the other; what only one of them changed is not.
import { expect, it } from "vitest";
import { applyAll } from "../operations/apply";
import { readDocument } from "../operations/document";
import type { Operation } from "../operations/operation";
import { overwritten } from "./overwritten";

const read = (script: string, n: number, timeout = "1m") => {
  const document = readDocument({
    lathe: 1,
    name: "x",
    settings: { timeout },
    nodes: [
      { id: "script", kind: "script.run", with: { script } },
      { id: "set", kind: "data.set", with: { values: { n, same: 0 } } },
    ],
  });
  if (typeof document === "string") throw new Error(document);
  return document;
};

function told(operations: Operation[], theirs = read("theirs", 2)) {
  const base = read("base", 1);
  const merged = applyAll({ document: theirs, layout: {} }, operations).draft.document;
  return overwritten({ base, theirs, merged, operations }).map(({ of, change }) =>
    change ? [of, change.path.join("."), change.before, change.after] : [of, "gone"],
  );
}

const script: Operation = { op: "set", node: "script", path: ["with", "script"], value: "mine" };

it("tells what both changed, with what it is to either", () => {
  expect(told([script])).toEqual([["script", "with.script", "theirs", "mine"]]);
  const settings: Operation = { op: "set", path: ["settings", "timeout"], value: "9m" };
  expect(told([settings], read("base", 1, "5m"))).toEqual([[undefined, "settings.timeout", "5m", "9m"]]);
});

it("does not tell what one of them changed, or both alike", () => {
  const other: Operation = { op: "set", node: "set", path: ["with", "values", "same"], value: 1 };
  expect(told([other])).toEqual([]);
  expect(told([script], read("mine", 1))).toEqual([]);
});

it("knows a node by the name that it has by now, and says when it is gone", () => {
  expect(told([{ op: "rename_node", id: "script", to: "code" }])).toEqual([]);
  expect(
    told([
      { op: "rename_node", id: "script", to: "code" },
      { ...script, node: "code" },
    ]),
  ).toEqual([["script", "with.script", "theirs", "mine"]]);
  expect(told([{ op: "remove_node", id: "set" }])).toEqual([["set", "gone"]]);
});

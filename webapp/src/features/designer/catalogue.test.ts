// Which blocks a kind runs is held against what its own documentation shows of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { NodeKind } from "@/api/types";
import { BLOCKS_BY_KIND, blocksOf } from "./catalogue";
import { fromYaml } from "./code/yaml";
import { nodesOf, PARTS, type Part } from "./operations/document";

const told: NodeKind[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../../api/nodes.json"), "utf8"),
);

/** The blocks of a kind in the examples of its description, besides those that every kind may have. */
function blocksShown({ kind, description }: NodeKind): Part[] {
  const examples = [...description.matchAll(/```yaml\n(.*?)```/gs)].map(([, nodes = ""]) =>
    fromYaml(`lathe: 1\nname: example\nnodes:\n${nodes.replace(/^/gm, "  ")}`),
  );
  const shown = examples.flatMap(({ document, faults }) => {
    if (!document) throw new Error(`the example of ${kind}: ${faults[0]?.message}`);
    const own = [...nodesOf(document)].filter((node) => node.kind === kind);
    return PARTS.filter((part) => part !== "undo" && own.some((node) => node[part]));
  });
  return [...new Set(shown)];
}

it("has the blocks that the catalogue shows, kind by kind", () => {
  expect(Object.keys(BLOCKS_BY_KIND).filter((kind) => !told.some((each) => each.kind === kind))).toEqual([]);
  for (const kind of told) {
    const { always, maybe = [] } = blocksOf(kind.kind);
    expect(blocksShown(kind), kind.kind).toEqual([...always, ...maybe]);
  }
  expect(told.filter(({ description }) => description.includes("`while`")).map(({ kind }) => kind)).toEqual(
    Object.keys(BLOCKS_BY_KIND).filter((kind) => blocksOf(kind).asks),
  );
});

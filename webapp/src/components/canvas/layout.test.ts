// What makes a drawing readable: edges forward, nothing on top of anything, straight chains, no needless crossing.
import { describe, expect, it } from "vitest";
import { NODE_WIDTH, nodeHeight } from "./geometry";
import { type Graph, readGraph } from "./graph";
import { placeGraph } from "./layout";

function graphOf(...edges: string[]): Graph {
  const ids = [
    ...new Set(edges.flatMap((edge) => edge.split("->").map((stop) => stop.trim().split(".")[0]))),
  ];
  return readGraph({ nodes: ids.map((id) => ({ id, kind: "script.run" })), edges });
}

function overlaps(graph: Graph, places: Map<string, { x: number; y: number }>): string[] {
  const found: string[] = [];
  const boxes = graph.nodes.map((node) => ({
    id: node.id,
    ...(places.get(node.id) ?? { x: 0, y: 0 }),
    height: nodeHeight(node.ports.length),
  }));
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      const apart =
        a.x + NODE_WIDTH <= b.x || b.x + NODE_WIDTH <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      if (!apart) found.push(`${a.id} on ${b.id}`);
    }
  }
  return found;
}

const SHIP = graphOf(
  "generate -> build -> choose",
  "choose.true -> image -> push -> deploy -> check -> report",
  "choose.false -> deploy",
  "push.error -> report",
);

describe("placeGraph", () => {
  it.each(["right", "down"] as const)("runs %s without overlaps", (direction) => {
    const fan = graphOf(
      ...Array.from({ length: 9 }, (_, i) => `start -> call_${i} -> join`),
      "start -> join -> end",
    );
    for (const graph of [SHIP, fan]) {
      const { nodes } = placeGraph(graph, direction);
      expect(overlaps(graph, nodes)).toEqual([]);
      const axis = direction === "right" ? "x" : "y";
      for (const edge of graph.edges) {
        expect(nodes.get(edge.to)?.[axis]).toBeGreaterThan(nodes.get(edge.from)?.[axis] ?? 0);
      }
    }
  });

  it("keeps a chain on one line although other edges pass beside it", () => {
    const { nodes } = placeGraph(SHIP, "down");
    const columns = ["generate", "build", "choose", "image", "push", "deploy", "check", "report"].map(
      (id) => nodes.get(id)?.x,
    );
    expect(new Set(columns).size).toBe(1);
  });

  it("leads a long edge around the nodes between its ends", () => {
    const { nodes, bends } = placeGraph(graphOf("a -> b -> c", "a -> c"), "right");
    const [entry, exit] = bends.get("a.out->c") ?? [];
    const b = nodes.get("b") ?? { x: 0, y: 0 };
    expect(entry?.x).toBe(b.x);
    expect(exit?.x).toBe(b.x + NODE_WIDTH);
    const isClear = (entry?.y ?? 0) > b.y + nodeHeight(1) || (entry?.y ?? 0) < b.y;
    expect(isClear).toBe(true);
  });

  it("orders targets as the ports they hang on", () => {
    const { nodes } = placeGraph(graphOf("pick.one -> c", "pick.two -> b", "pick.three -> a"), "right");
    const rows = ["c", "b", "a"].map((id) => nodes.get(id)?.y ?? 0);
    expect(rows).toEqual([...rows].sort((x, y) => x - y));
  });

  it("survives a cycle, which only a broken document has", () => {
    expect(placeGraph(graphOf("a -> b -> c -> a"), "right").nodes.size).toBe(3);
  });

  it("places a thousand nodes in well under a second", () => {
    const edges = Array.from({ length: 999 }, (_, i) => `n${Math.floor(i / 3)} -> n${i + 1}`);
    const begin = performance.now();
    placeGraph(graphOf(...edges), "right");
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});

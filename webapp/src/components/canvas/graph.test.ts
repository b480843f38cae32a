// Documents as people write them, and as they get them wrong.
import { describe, expect, it } from "vitest";
import { readGraph } from "./graph";

const node = (id: string, more = {}) => ({ id, kind: "script.run", ...more });

describe("readGraph", () => {
  it("reads edges as objects and as text, chains and ports included", () => {
    const graph = readGraph({
      nodes: [node("generate"), node("build"), node("choose"), node("image")],
      edges: [
        "generate -> build -> choose",
        "choose.true -> image",
        { from: "generate", to: "image", port: "side" },
      ],
    });
    expect(graph.edges.map((edge) => edge.id)).toEqual([
      "generate.out->build",
      "build.out->choose",
      "choose.true->image",
      "generate.side->image",
    ]);
  });

  it("draws declared ports first, then those in use, and errors last", () => {
    const graph = readGraph(
      {
        nodes: [
          node("pick", { kind: "flow.switch", on_error: "edge", with: { cases: ["small", 2] } }),
          node("small"),
          node("large"),
        ],
        edges: ["pick.error -> large", "pick.small -> small", "pick.large -> large"],
      },
      new Map([["flow.switch", { ports: ["default"], portsFrom: "cases" }]]),
    );
    expect(graph.nodes[0]?.ports).toEqual(["small", "2", "large", "default", "error"]);
    expect(graph.nodes[1]?.ports).toEqual(["out"]);
  });

  it("leaves out what leads nowhere instead of failing", () => {
    const graph = readGraph({
      nodes: [node("a"), node("a"), { kind: "x" }, 7],
      edges: ["a -> ghost", 3, { from: "a" }],
    });
    expect(graph.nodes.map((each) => each.id)).toEqual(["a"]);
    expect(graph.edges).toEqual([]);
    expect(readGraph(null)).toEqual({ nodes: [], edges: [] });
  });

  it("labels a node by its id when it has no label", () => {
    expect(readGraph({ nodes: [node("check_health")] }).nodes[0]?.label).toBe("Check health");
  });
});

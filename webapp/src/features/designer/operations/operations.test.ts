// @vitest-environment node
// The operations, by the fixtures that the engine runs as well; whatever was done can be taken back and done again.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { yamlClip } from "../code/yaml";
import { apply, applyAll } from "./apply";
import { operationsBetween } from "./between";
import { clipText, copyChosen, freeId, mayBeYaml, pasteClip, readClip } from "./clipboard";
import { type Draft, nodesOf, readDocument } from "./document";
import { begin, perform, redo, replay, seal, undo } from "./history";
import { KNOWN_NOTHING, type Known, type Operation, Refusal } from "./operation";

interface Fixture {
  about: string;
  scripts?: Record<string, string[]>;
  before: Draft;
  operations: Operation[];
  after?: Draft;
  error?: { code: string; operation: number };
}

const FOLDER = join(import.meta.dirname, "../../../../../engine/tests/fixtures/edits");
const FIXTURES = readdirSync(FOLDER).map((name): [string, Fixture] => [
  name.replace(".json", ""),
  JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as Fixture,
]);

function knownOf(fixture: Fixture): Known {
  return { scripts: new Map(Object.entries(fixture.scripts ?? {})) };
}

describe.each(FIXTURES)("%s", (_, fixture) => {
  const known = knownOf(fixture);
  const before = structuredClone(fixture.before);

  it(fixture.about, () => {
    if (fixture.error) {
      const refused = firstRefused(fixture, known);
      expect(refused).toEqual(fixture.error);
      return;
    }
    const { draft, inverse } = applyAll(fixture.before, fixture.operations, known);
    expect(draft).toEqual(fixture.after);
    expect(applyAll(draft, inverse, known).draft).toEqual(before);
    // Nothing of what was there before has been changed in place.
    expect(fixture.before).toEqual(before);
  });
});

function firstRefused(fixture: Fixture, known: Known): { code: string; operation: number } | undefined {
  let draft = fixture.before;
  for (const [index, operation] of fixture.operations.entries()) {
    try {
      draft = apply(draft, operation, known).draft;
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      return { code: cause.code, operation: index };
    }
  }
  return undefined;
}

const at = (id: string, more = {}) => ({ id, kind: "data.set", ...more });

function draftOf(document: unknown): Draft {
  const read = readDocument(document);
  if (typeof read === "string") throw new Error(read);
  return { document: read, layout: {} };
}

describe("history", () => {
  it("takes back hundreds of steps one by one and does them again, whatever they were", () => {
    const random = randomFrom(7);
    let history = begin(
      draftOf({
        lathe: 1,
        name: "x",
        nodes: [at("a"), at("loop", { kind: "flow.for_each", body: { nodes: [] } })],
      }),
    );
    const states = [history.draft];
    let refused = 0;
    while (states.length < 400) {
      try {
        history = perform(history, "a step", [randomOperation(history.draft, random)], KNOWN_NOTHING);
      } catch (cause) {
        if (!(cause instanceof Refusal)) throw cause;
        refused++;
        continue;
      }
      if (history.draft !== states.at(-1)) states.push(history.draft);
    }
    expect(refused).toBeGreaterThan(20);
    for (const state of states.slice(0, -1).reverse()) {
      history = undo(history, KNOWN_NOTHING);
      expect(history.draft).toEqual(state);
    }
    expect(undo(history, KNOWN_NOTHING)).toBe(history);
    for (const state of states.slice(1)) {
      history = redo(history, KNOWN_NOTHING);
      expect(history.draft).toEqual(state);
    }
  });

  it("makes one step of what belongs together, until it is sealed", () => {
    const start = begin(draftOf({ lathe: 1, name: "x", nodes: [at("a")] }));
    const type = (text: string): Operation[] => [{ op: "set", node: "a", path: ["label"], value: text }];
    let history = start;
    for (const text of ["H", "He", "Hey"])
      history = perform(history, "Set the label", type(text), KNOWN_NOTHING, "a.label");
    expect(history.done).toHaveLength(1);
    expect(history.done[0]?.operations).toEqual(type("Hey"));
    history = perform(seal(history), "Set the label", type("Ho"), KNOWN_NOTHING, "a.label");
    history = undo(history, KNOWN_NOTHING);
    expect(history.draft.document.nodes[0]?.label).toBe("Hey");
    expect(undo(history, KNOWN_NOTHING).draft).toEqual(start.draft);
  });

  it("does the same to a newer document, and tells what can't be done there", () => {
    const mine = perform(
      perform(
        begin(draftOf({ lathe: 1, name: "x", nodes: [at("a"), at("b")] })),
        "Add c",
        [{ op: "add_node", node: at("c") }],
        KNOWN_NOTHING,
      ),
      "Connect b",
      [{ op: "connect", from: "a", to: "b" }],
      KNOWN_NOTHING,
    );
    const theirs = draftOf({ lathe: 1, name: "x", nodes: [at("a", { label: "Theirs" })] });
    const { history, refused } = replay(theirs, mine.done, KNOWN_NOTHING);
    expect(history.draft.document.nodes.map((node) => node.id)).toEqual(["a", "c"]);
    expect(history.draft.document.nodes[0]?.label).toBe("Theirs");
    expect(refused.map(({ title }) => title)).toEqual(["Connect b"]);
  });
});

describe("operationsBetween", () => {
  it("leads from each fixture to what became of it, by single operations where it can", () => {
    let single = 0;
    for (const [name, { before, after }] of FIXTURES) {
      if (!after) continue;
      const operations = operationsBetween(before, after);
      expect(applyAll(before, operations).draft, name).toEqual(after);
      if (operations.every(({ op }) => op !== "replace")) single++;
    }
    expect(single).toBeGreaterThan(14);
  });
});

describe("the clipboard", () => {
  const draft = draftOf({
    lathe: 1,
    name: "x",
    nodes: [
      at("a"),
      at("b", { with: { values: { x: "${ nodes.a.output } ${ nodes.z.output }" } } }),
      at("loop", { kind: "flow.for_each", body: { nodes: [at("inner", { when: "nodes.b.output" })] } }),
    ],
    edges: ["a -> b -> loop"],
  });

  it("gives pasted nodes ids of their own, and lets what they say of each other follow", () => {
    const clip = copyChosen(draft, ["a", "b", "loop", "inner"]);
    const read = clip && readClip(clipText(clip));
    if (!read) throw new Error("what was copied can't be read");
    const { operations, ids } = pasteClip(draft, read, KNOWN_NOTHING, { offset: { x: 0, y: 0 } });
    expect(ids).toEqual(["a_2", "b_2", "loop_2"]);
    const pasted = applyAll(draft, operations).draft.document;
    expect(pasted.nodes[4]?.with).toEqual({ values: { x: "${ nodes.a_2.output } ${ nodes.z.output }" } });
    expect(pasted.nodes[5]?.body?.nodes[0]).toEqual(at("inner_2", { when: "nodes.b_2.output" }));
    expect(pasted.edges?.slice(2)).toEqual([
      { from: "a_2", to: "b_2" },
      { from: "b_2", to: "loop_2" },
    ]);
  });

  it("takes a whole workflow as its nodes, as JSON and as YAML", () => {
    const nodes = [at("a"), at("b")];
    const edges = [{ from: "a", to: "b" }];
    const places = { a: { x: 1, y: 2 } };
    const reply = { id: "1", document: { lathe: 1, name: "n", nodes, edges }, layout: places };
    expect(readClip(JSON.stringify(reply))).toMatchObject({ nodes, edges, layout: places });
    const text =
      "lathe: 1\nname: n\nnodes:\n  - id: a\n    kind: k\n  - id: b\n    kind: k\nedges: [a -> b]\n";
    expect(mayBeYaml(text)).toBe(true);
    expect(yamlClip(text)).toMatchObject({ nodes: [{ id: "a" }, { id: "b" }], edges });
    expect(yamlClip("nodes: [")).toBeUndefined();
    expect(yamlClip('nodes: [{ name: "Set", type: "n8n-nodes-base.set" }]')).toBeUndefined();
    expect(mayBeYaml("Please paste no nodes: thanks")).toBe(false);
  });

  it("takes notes along, alone or with nodes, under names of their own", () => {
    const note = { x: 10, y: 20, width: 240, height: 132, note: "Ask Ada." };
    const noted = { ...draft, layout: { ...draft.layout, a: { x: 0, y: 0 }, "note:1": note } };
    const paste = (chosen: string[]) => {
      const clip = copyChosen(noted, chosen);
      const read = clip && readClip(clipText(clip));
      if (!read) throw new Error("what was copied can't be read");
      const { operations, ids } = pasteClip(noted, read, KNOWN_NOTHING, { offset: { x: 5, y: 6 } });
      return { ids, layout: applyAll(noted, operations).draft.layout };
    };
    const both = paste(["a", "note:1"]);
    expect(both.ids).toEqual(["a_2", "note:2"]);
    expect(both.layout).toMatchObject({ a_2: { x: 5, y: 6 }, "note:2": { ...note, x: 15, y: 26 } });
    expect(both.layout["note:1"]).toEqual(note);
    expect(paste(["note:1"]).ids).toEqual(["note:2"]);
    expect(paste(["a"]).layout).not.toHaveProperty("note:2");
  });

  it("takes nothing that is no list of nodes", () => {
    for (const text of ["", "hello", "{}", '{"nodes":[]}', '{"nodes":[{"id":1}]}', "[1]"])
      expect(readClip(text)).toBeUndefined();
    expect(freeId("a".repeat(48), new Set(["a".repeat(48)]))).toHaveLength(48);
  });
});

/** Small and repeatable: a failure must be the same tomorrow. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

function randomOperation(draft: Draft, random: (below: number) => number): Operation {
  const nodes = [...nodesOf(draft.document)];
  const pick = () => nodes[random(nodes.length)]?.id ?? "a";
  const holders = nodes.filter((node) => node.body);
  const holder = holders[random(holders.length)];
  const into = holder && random(2) === 0 ? { in: { node: holder.id, part: "body" as const } } : {};
  const edges = draft.document.edges ?? [];
  const edge = edges[random(edges.length)] ?? { from: "a", to: "b" };
  const choices: (() => Operation)[] = [
    () => ({
      op: "add_node",
      node: at(`n${random(40)}`, random(4) === 0 ? { body: { nodes: [] } } : {}),
      at: random(2),
      ...into,
    }),
    () => ({
      op: "add_node",
      node: at(`n${random(40)}`, { with: { x: `\${ nodes.n${random(40)}.output }` } }),
      ...into,
    }),
    () => ({ op: "connect", from: pick(), to: pick(), ...(random(2) === 0 && { port: "error" }) }),
    () => ({ op: "connect", from: pick(), to: pick(), at: random(2) }),
    () => ({ op: "disconnect", ...edge }),
    () => ({ op: "rename_node", id: pick(), to: `n${random(60)}` }),
    () => ({ op: "set", node: pick(), path: ["with", `f${random(3)}`, "deep"], value: random(9) }),
    () => ({ op: "set", node: pick(), path: ["with", `f${random(3)}`] }),
    () => ({ op: "set", path: ["settings", "parallelism"], value: random(9) }),
    () => ({ op: "move", places: { [pick()]: random(3) === 0 ? null : { x: random(9), y: random(9) } } }),
    () => ({ op: "move_into", id: pick(), ...into }),
    () => ({ op: "remove_node", id: pick() }),
    () => ({
      op: "set_block",
      node: pick(),
      part: "undo",
      ...(random(2) === 0 && { block: { nodes: [at(`n${random(60)}`)] } }),
    }),
  ];
  return (choices[random(choices.length)] ?? (choices[0] as () => Operation))();
}

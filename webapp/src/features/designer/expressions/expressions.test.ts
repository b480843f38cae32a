// @vitest-environment node
// Where expressions are, what they speak of, and what is offered next while one is written.
import { describe, expect, it } from "vitest";
import type { NodeKind } from "@/api/types";
import { readDocument } from "../operations/document";
import { completionsAt } from "./complete";
import { readLocals, speaksOf } from "./locals";
import { renameInCode, renameInTemplate } from "./references";
import type { SampleData } from "./sample";
import { scopeOf, scopeOfBlock, secretsOf } from "./scope";
import { hasExpression, splitTemplate } from "./template";

const document = readDocument({
  lathe: 1,
  name: "x",
  inputs: { who: { type: "string", description: "The name." }, list: { default: [{ deep: 7 }] } },
  nodes: [
    { id: "fetch", kind: "http.request" },
    { id: "later", kind: "data.set" },
    {
      id: "each",
      kind: "flow.for_each",
      body: {
        nodes: [{ id: "inner", kind: "data.set", undo: { nodes: [{ id: "back", kind: "data.set" }] } }],
      },
    },
  ],
  edges: ["fetch -> each -> later"],
});
if (typeof document === "string") throw new Error(document);
const flow = document;

const http = {
  title: "HTTP request",
  output_schema: {
    type: "object",
    properties: { status: { type: "integer" }, body: { $ref: "#/$defs/Body" } },
    $defs: { Body: { type: "object", properties: { title: { type: "string" } } } },
  },
} as unknown as NodeKind;
const kinds = new Map([["http.request", http]]);
const sample = {
  inputs: { who: "Ada" },
  nodes: { fetch: { output: { body: { price: 3 } } } },
  vars: { host: "h" },
};

/** The caret stands at the bar. */
function offered(text: string, node = "inner", isCode = false): string[] {
  const caret = text.indexOf("|");
  const found = completionsAt(text.replace("|", ""), caret, isCode, scopeOf(flow, node, kinds, sample));
  return found?.options.map((option) => option.label) ?? [];
}

describe("completion", () => {
  it("offers what the place can read, and nothing outside of expressions", () => {
    expect(offered("plain |")).toEqual([]);
    expect(offered("${ | }").sort()).toEqual(["index", "inputs", "item", "nodes", "run", "vars"]);
    expect(offered("${ nodes.| }")).toEqual(["fetch"]);
    expect(offered("${ nodes.fe|", "later")).toEqual(["fetch"]);
    expect(offered("${ nodes.| }", "later").sort()).toEqual(["each", "fetch"]);
    expect(offered("${ nodes.| }", "fetch")).toEqual([]);
    expect(offered("${ | }", "back").sort()).toEqual(["input", "inputs", "nodes", "output", "run", "vars"]);
    expect(offered('${ "nodes.|" }')).toEqual([]);
    expect(offered("nodes.fetch.output.|", "later", true)).toContain("body");
  });

  it("has Enter and Tab write what they say wherever no word was begun", () => {
    const found = (text: string, isAsked = false) =>
      completionsAt(text, text.length, true, scopeOf(flow, "inner", kinds, sample), isAsked);
    const code = [
      "",
      "let a = 1;",
      "let a = ",
      "f(",
      "if x {}\n",
      "let a = 1; // i",
      "/* i",
      "let i",
      "'i",
      '"i',
    ];
    for (const text of code) expect(found(text), text).toBeUndefined();
    expect(found("let a = 1;", true)).toMatchObject({ isBegun: false });
    expect(found("let i = 1;\ni")).toMatchObject({ isBegun: false });
    expect(found("nodes.")).toMatchObject({ isBegun: false });
    expect(found("// no\ninp")).toMatchObject({ isBegun: true, options: [{ label: "inputs" }] });
    expect(found("`of ${inp")).toMatchObject({ isBegun: true });
    expect(found("`of ${inputs.who} inp")).toBeUndefined();
  });

  it("goes down schemas, references and real data", () => {
    expect(offered("${ nodes.fetch.output.| }").sort()).toEqual(["body", "status"]);
    expect(offered("${ nodes.fetch.output.body.| }").sort()).toEqual(["price", "title"]);
    expect(offered("${ inputs.list[0].| }")).toEqual(["deep"]);
    expect(offered("${ 1 + inputs.w|")).toEqual(["who"]);
    expect(offered("${ vars.h| }")).toEqual(["host"]);
    expect(offered("${ inputs.who| }")).toEqual([]);
  });
});

describe("what blocks give", () => {
  const loops = readDocument({
    lathe: 1,
    name: "x",
    nodes: [
      { id: "list", kind: "data.set" },
      {
        id: "outer",
        kind: "flow.for_each",
        with: { items: "${ nodes.list.output }" },
        body: {
          nodes: [
            {
              id: "inner",
              kind: "flow.for_each",
              with: { items: [{ a: 1 }, { a: 2 }] },
              body: { nodes: [{ id: "step", kind: "data.set" }] },
            },
          ],
        },
      },
      {
        id: "guard",
        kind: "flow.try",
        body: { nodes: [{ id: "risky", kind: "data.set" }] },
        catch: { nodes: [{ id: "mend", kind: "data.set" }] },
      },
      { id: "again", kind: "flow.while", with: { state: 5 }, body: { nodes: [], while: "state > 0" } },
    ],
  });
  if (typeof loops === "string") throw new Error(loops);
  const localsIn = (node: string, data: Partial<SampleData> = {}) =>
    readLocals(scopeOf(loops, node, kinds, { inputs: {}, nodes: {}, vars: {}, ...data }));

  it("is sampled from what the last run had, the nearest block first", () => {
    expect(localsIn("inner", { nodes: { list: { output: ["x", "y"] } } }).known).toEqual({
      item: "x",
      index: 0,
    });
    const steps = [
      { node: "step", path: "outer[0].inner[0].step", status: "succeeded" },
      { node: "step", path: "outer[0].inner[1].step", status: "succeeded" },
    ];
    expect(localsIn("step", { steps }).known).toEqual({ item: { a: 2 }, index: 1 });
    const given = [{ node: "outer", path: "outer", status: "succeeded", input: { items: ["run"] } }];
    expect(localsIn("inner", { steps: given }).known).toEqual({ item: "run", index: 0 });
    const failed = [{ node: "risky", path: "guard.risky", status: "failed", error: { code: "http_404" } }];
    expect(localsIn("mend", { steps: failed }).known).toEqual({ error: { code: "http_404" } });
    expect(localsIn("mend").known.error).toMatchObject({ code: "http_500" });
  });

  it("is told to be unknown where nothing has run", () => {
    expect(localsIn("inner")).toEqual({ known: {}, unknown: ["item", "index"] });
    const before = scopeOfBlock(loops, { node: "again", part: "body" }, false, kinds, sample);
    expect(readLocals(before).known).toEqual({ state: 5, index: 0 });
    const after = scopeOfBlock(loops, { node: "guard", part: "catch" }, true, kinds, sample);
    expect(Object.keys(after.nodes ?? {})).toEqual(["mend"]);
    expect(speaksOf("item.n + 1", "item")).toBe(true);
    expect(speaksOf("my.item + items", "item")).toBe(false);
    expect(speaksOf("for item in list { item }", "item")).toBe(false);
  });

  it("offers secrets by name and field, and never what they hold", () => {
    const spots = secretsOf(["token", "registry.username", "registry.password"]);
    const scope = { ...scopeOf(flow, "inner", kinds, sample), secrets: spots };
    const at = (text: string) =>
      completionsAt(text, text.length, false, scope)?.options.map((each) => each.label) ?? [];
    expect(at("Bearer ${ secrets.")).toEqual(["token", "registry"]);
    expect(at("${ secrets.registry.")).toEqual(["username", "password"]);
    expect(at("${ secrets.token.")).toEqual([]);
  });
});

describe("templates", () => {
  it("ends expressions where the engine does", () => {
    const pieces = splitTemplate('a ${ #{ x: "}" }.x } b $${ no } ${ `${ y }` } ${ open');
    expect(pieces.filter((piece) => piece.isExpression).map((piece) => piece.source)).toEqual([
      ' #{ x: "}" }.x ',
      " `${ y }` ",
      " open",
    ]);
    expect(pieces.at(-1)?.closed).toBe(false);
    expect(hasExpression("$${ no }")).toBe(false);
  });

  it("renames what is meant and nothing that looks like it", () => {
    const rename = (id: string) => (id === "a" ? "z" : id);
    expect(renameInCode('nodes.a.output + my.nodes.a + xnodes.a + nodes["a"] /* nodes.a */', rename)).toBe(
      'nodes.z.output + my.nodes.a + xnodes.a + nodes["z"] /* nodes.a */',
    );
    expect(renameInTemplate("nodes.a ${ nodes.a } $${ nodes.a } ${ nodes.ab }", rename)).toBe(
      "nodes.a ${ nodes.z } $${ nodes.a } ${ nodes.ab }",
    );
  });
});

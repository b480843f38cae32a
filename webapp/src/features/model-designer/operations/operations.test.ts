// @vitest-environment node
// Whatever is done to models can be taken back and done again, and what is typed as text is edits like any others.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { begin, perform, redo, replay, undo } from "@/lib/edit-history";
import { fromYaml } from "../code/yaml";
import { newField, newRelation, reshape, retype } from "../gestures";
import { applyAll, LANGUAGE } from "./apply";
import { operationsBetween } from "./between";
import {
  type ApplicationDocument,
  type Draft,
  fieldOf,
  modelOf,
  readDocument,
  relationOf,
  sameDraft,
  withIdsOf,
} from "./document";
import { type History, type Operation, Refusal, type RefusalCode } from "./operation";

const BOOKSHOP = readFileSync(
  join(import.meta.dirname, "../../../../../examples/bookshop/bookshop.yaml"),
  "utf8",
);

function bookshop(change: (text: string) => string = (text) => text): Draft {
  const { document, faults } = fromYaml(change(BOOKSHOP));
  if (!document) throw new Error(faults[0]?.message);
  return { document, layout: { books: { x: 8, y: 16 } } };
}

/** Applies a list, and checks that the way back leads back and that nothing was changed in place. */
function done(draft: Draft, operations: Operation[]): ApplicationDocument {
  const before = structuredClone(draft);
  const applied = applyAll(draft, operations);
  expect(applyAll(applied.draft, applied.inverse).draft).toEqual(before);
  expect(draft).toEqual(before);
  return applied.draft.document;
}

function refusalOf(draft: Draft, operation: Operation): RefusalCode | undefined {
  try {
    applyAll(draft, [operation]);
    return undefined;
  } catch (cause) {
    if (cause instanceof Refusal) return cause.code;
    throw cause;
  }
}

describe("operations", () => {
  it("renames a model, and relations and its place follow", () => {
    const draft = bookshop();
    const { document, layout } = applyAll(draft, [
      { op: "rename_model", model: "books", to: "titles" },
    ]).draft;
    expect(document.relationships.filter(({ source }) => source === "titles")).toHaveLength(2);
    expect(document.relationships.filter(({ target }) => target === "titles")).toHaveLength(2);
    expect(layout).toEqual({ titles: { x: 8, y: 16 } });
    done(draft, [{ op: "rename_model", model: "books", to: "titles" }]);
  });

  it("removes a model with its relations, and brings all of it back in its order", () => {
    const document = done(bookshop(), [{ op: "remove_model", model: "books" }]);
    expect(document.models).toHaveLength(5);
    expect(document.relationships.map(({ name }) => name)).toEqual(["customer", "parent_order"]);
  });

  it("adds, renames, sets, moves and removes fields", () => {
    const draft = bookshop();
    const of = { model: "authors", field: "alive" };
    const document = done(draft, [
      { op: "add_field", model: "authors", field: newField(draft.document, "authors"), at: 1 },
      { op: "rename_field", model: "authors", field: "new_field", to: "alive" },
      ...retype("authors", { name: "alive", type: "text" }, "boolean"),
      { op: "set", of, key: "default", value: true },
      { op: "move_field", model: "authors", field: "alive", at: 0 },
      { op: "remove_field", model: "authors", field: "born" },
    ]);
    expect(modelOf(document, "authors")?.fields.map(({ name }) => name)).toEqual([
      "alive",
      "name",
      "biography",
    ]);
    expect(fieldOf(document, "authors", "alive")).toEqual({ name: "alive", type: "boolean", default: true });
  });

  it("refuses what would leave something without a name, or with that of another", () => {
    const draft = bookshop();
    const refused: [Operation, RefusalCode][] = [
      [{ op: "rename_model", model: "books", to: "authors" }, "name_taken"],
      [{ op: "rename_model", model: "books", to: "My Books" }, "bad_name"],
      [{ op: "rename_field", model: "books", field: "title", to: "isbn" }, "name_taken"],
      [{ op: "remove_field", model: "books", field: "nope" }, "unknown_field"],
      [{ op: "remove_model", model: "nope" }, "unknown_model"],
      [{ op: "rename_relation", source: "books", name: "publisher", to: "authors" }, "name_taken"],
      [{ op: "unrelate", source: "books", name: "nope" }, "unknown_relation"],
      [{ op: "set", of: { model: "books" }, key: "fields", value: [] }, "bad_key"],
      [
        { op: "set", of: { relation: { source: "books", name: "publisher" } }, key: "target", value: "nope" },
        "unknown_model",
      ],
    ];
    for (const [operation, code] of refused) expect(refusalOf(draft, operation)).toBe(code);
  });
});

describe("relations", () => {
  it("get names that are free at both ends", () => {
    const { document } = bookshop();
    expect(newRelation(document, "books", "publishers")).toEqual({
      kind: "n-1",
      source: "books",
      name: "publisher_2",
      target: "publishers",
      inverse: "books_2",
    });
    expect(newRelation(document, "books", "books")).toMatchObject({ name: "book", inverse: "books" });
    expect(newRelation(document, "authors", "order_lines").name).toBe("order_line");
  });

  it("are turned round for one to many, and lose what many to many can't have", () => {
    const draft = bookshop();
    const publisher = relationOf(draft.document, { source: "books", name: "publisher" });
    if (!publisher) throw new Error("it is not there");
    const turned = reshape(publisher, "one-to-many");
    expect(turned.key).toEqual({ source: "publishers", name: "books" });
    const document = done(draft, turned.operations);
    expect(relationOf(document, turned.key)).toEqual({
      kind: "n-1",
      source: "publishers",
      name: "books",
      target: "books",
      inverse: "publisher",
    });
    const many = done(draft, reshape(publisher, "many-to-many").operations);
    expect(relationOf(many, { source: "books", name: "publisher" })).not.toHaveProperty("required");
  });
});

describe("text", () => {
  const change = (from: string | RegExp, to: string) => bookshop((text) => text.replaceAll(from, to));
  const operations = (after: Draft) => {
    const before = bookshop();
    const found = operationsBetween(before, after, true);
    expect(sameDraft(applyAll(before, found).draft, after)).toBe(true);
    return found;
  };

  it("becomes single operations", () => {
    expect(operations(bookshop())).toEqual([]);
    expect(
      operations(change("name: pages, type: integer, min: 1", "name: pages, type: integer, min: 2")),
    ).toEqual([{ op: "set", of: { model: "books", field: "pages" }, key: "min", value: 2 }]);
    expect(operations(change(/ {6}- \{ name: pages,.*\n/g, ""))).toEqual([
      { op: "remove_field", model: "books", field: "pages" },
    ]);
    expect(operations(change("on_delete: cascade", "on_delete: restrict"))).toHaveLength(1);
  });

  it("knows a new name from a removal, so that nothing that is stored is lost", () => {
    expect(operations(change("name: isbn", "name: number_of_book"))).toEqual([
      { op: "rename_field", model: "books", field: "isbn", to: "number_of_book" },
    ]);
    // Of two drafts with ids, it is the ids that count.
    const isbn = operationsBetween(bookshop(), change("name: isbn", "name: number_of_book"));
    expect(isbn.map(({ op }) => op)).toEqual(["remove_field", "add_field"]);
    const renamed = change(/\b(name|source): order_lines/g, "$1: lines_of_order");
    expect(operations(renamed)).toEqual([{ op: "rename_model", model: "order_lines", to: "lines_of_order" }]);
    expect(operations(change("name: favourite", "name: best"))).toEqual([
      { op: "rename_relation", source: "customers", name: "favourite", to: "best" },
    ]);
  });

  it("may say anything: what single operations do not lead to replaces the rest", () => {
    const other = bookshop((text) => text.replace("name: publishers", "name: Houses"));
    expect(operations(other).map(({ op }) => op)).toContain("replace");
  });
});

describe("history", () => {
  it("takes back hundreds of steps one by one and does them again, whatever they were", () => {
    const random = randomFrom(11);
    let history: History = begin(bookshop());
    const states = [history.draft];
    let refused = 0;
    while (states.length < 400) {
      try {
        history = perform(history, LANGUAGE, "a step", randomOperations(history.draft, random));
      } catch (cause) {
        if (!(cause instanceof Refusal)) throw cause;
        refused++;
        continue;
      }
      if (history.draft !== states.at(-1)) states.push(history.draft);
    }
    expect(refused).toBeGreaterThan(20);
    for (const state of states.slice(0, -1).reverse()) {
      history = undo(history, LANGUAGE);
      expect(history.draft).toEqual(state);
    }
    for (const state of states.slice(1)) {
      history = redo(history, LANGUAGE);
      expect(history.draft).toEqual(state);
    }
    const between = operationsBetween(states[0] as Draft, states[200] as Draft);
    expect(sameDraft(applyAll(states[0] as Draft, between).draft, states[200] as Draft)).toBe(true);
  });

  it("puts edits on top of those of somebody else, and tells what can't be done there", () => {
    const mine = [
      { op: "add_field", model: "books", field: { name: "weight", type: "integer" } },
      { op: "remove_field", model: "authors", field: "born" },
    ] as const;
    let history: History = begin(bookshop());
    for (const operation of mine) history = perform(history, LANGUAGE, operation.op, [operation]);
    const theirs = applyAll(bookshop(), [{ op: "remove_model", model: "authors" }]).draft;
    const { history: merged, refused } = replay(theirs, history.done, LANGUAGE);
    expect(fieldOf(merged.draft.document, "books", "weight")).toBeDefined();
    expect(refused.map(({ title }) => title)).toEqual(["remove_field"]);
  });
});

it("gives ids by name, and takes away those of elsewhere", () => {
  const known = readDocument({
    name: "x",
    models: [{ id: "m", name: "a", fields: [{ id: "f", name: "b", type: "text" }] }],
  });
  const pasted = readDocument({
    name: "x",
    models: [
      {
        id: "z",
        name: "a",
        fields: [
          { id: "y", name: "b", type: "text" },
          { id: "q", name: "c", type: "text" },
        ],
      },
    ],
  });
  if (typeof known === "string" || typeof pasted === "string") throw new Error("it was not read");
  expect(withIdsOf(pasted, known).models).toEqual([
    {
      id: "m",
      name: "a",
      fields: [
        { id: "f", name: "b", type: "text" },
        { name: "c", type: "text" },
      ],
    },
  ]);
});

/** Small and repeatable: a failure must be the same tomorrow. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

function randomOperations(draft: Draft, random: (below: number) => number): Operation[] {
  const { models, relationships } = draft.document;
  const model = models[random(models.length)] ?? { name: "none", fields: [] };
  const other = models[random(models.length)] ?? model;
  const field = model.fields[random(model.fields.length)] ?? { name: "none", type: "text" };
  const relation = relationships[random(relationships.length)];
  const choices: (() => Operation[])[] = [
    () => [
      {
        op: "add_model",
        model: { name: `m${random(30)}`, fields: [] },
        at: random(3),
        ...(random(2) === 0 && { place: { x: random(9), y: 0 } }),
      },
    ],
    () => [{ op: "rename_model", model: model.name, to: `m${random(30)}` }],
    () => (random(3) === 0 ? [{ op: "remove_model", model: model.name }] : []),
    () => [
      { op: "add_field", model: model.name, field: { name: `f${random(20)}`, type: "text" }, at: random(3) },
    ],
    () => [{ op: "rename_field", model: model.name, field: field.name, to: `f${random(20)}` }],
    () => [{ op: "move_field", model: model.name, field: field.name, at: random(5) }],
    () => [{ op: "remove_field", model: model.name, field: field.name }],
    () => retype(model.name, field, ["text", "integer", "decimal", "enum", "boolean"][random(5)] ?? "text"),
    () => [{ op: "relate", relation: newRelation(draft.document, model.name, other.name), at: random(4) }],
    () =>
      relation
        ? reshape(
            relation,
            (["many-to-one", "one-to-many", "many-to-many"] as const)[random(3)] ?? "many-to-one",
          ).operations
        : [],
    () => (relation ? [{ op: "unrelate", source: relation.source, name: relation.name }] : []),
    () => [{ op: "move", places: { [model.name]: random(3) === 0 ? null : { x: random(9), y: random(9) } } }],
    () => [
      { op: "set", of: { model: model.name }, key: "label", ...(random(2) === 0 && { value: "A label" }) },
    ],
  ];
  return (choices[random(choices.length)] as () => Operation[])();
}

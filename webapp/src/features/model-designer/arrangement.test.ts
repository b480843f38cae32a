// @vitest-environment node
// Boxes never lie on each other, and what is drawn fills a screen rather than a strip.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Arrangement, arrange, freeFor, tidy } from "./arrangement";
import { fromYaml } from "./code/yaml";
import { type ApplicationDocument, readDocument } from "./operations/document";

const field = (name: string) => ({ name, type: "text" });

function hub(size: number, chain = false): ApplicationDocument {
  const names = Array.from({ length: size }, (_, index) => `m${index}`);
  const document = readDocument({
    name: "x",
    models: names.map((name) => ({ name, fields: Array.from({ length: 8 }, (_, at) => field(`f${at}`)) })),
    relationships: names.slice(1).map((name, index) => ({
      kind: "n-1",
      source: name,
      name: "parent",
      target: chain ? `m${index}` : "m0",
      inverse: `of_${name}`,
    })),
  });
  if (typeof document === "string") throw new Error(document);
  return document;
}

function bookshop(): ApplicationDocument {
  const path = join(import.meta.dirname, "../../../../examples/bookshop/bookshop.yaml");
  const { document } = fromYaml(readFileSync(path, "utf8"));
  if (!document) throw new Error("it was not read");
  return document;
}

function boxes({ places, sizes }: Arrangement) {
  return [...places].map(([id, place]) => ({ id, ...place, ...(sizes.get(id) ?? { width: 0, height: 0 }) }));
}

it.each([
  ["the bookshop", bookshop()],
  ["sixty models that refer to one", hub(60)],
  ["a chain of twenty", hub(20, true)],
  ["models without relations", { ...hub(11), relationships: [] }],
])("places %s", (_, document) => {
  const placed = boxes(arrange(document, {}));
  expect(placed).toHaveLength(document.models.length);
  const overlapping = placed.flatMap((one, index) =>
    placed
      .slice(index + 1)
      .filter(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          one.y < other.y + other.height &&
          other.y < one.y + one.height,
      )
      .map((other) => `${one.id} ${other.id}`),
  );
  expect(overlapping).toEqual([]);
  const width =
    Math.max(...placed.map((each) => each.x + each.width)) - Math.min(...placed.map(({ x }) => x));
  const height =
    Math.max(...placed.map((each) => each.y + each.height)) - Math.min(...placed.map(({ y }) => y));
  expect(width / height).toBeGreaterThan(0.5);
  expect(width / height).toBeLessThan(3.5);
});

it("leaves what has a place where it is, and finds a free one for the rest", () => {
  const document = bookshop();
  const { places, sizes } = arrange(document, { books: { x: 80, y: 40 }, authors: { x: 800, y: 40 } });
  expect(places.get("books")).toEqual({ x: 80, y: 40 });
  expect(places.get("publishers")?.x).toBeGreaterThan(80);
  const wish = freeFor({ x: 81, y: 43 }, document, "new_model", { places, sizes });
  expect(wish.y).toBeGreaterThan(40 + (sizes.get("books")?.height ?? 0));
  const [move] = tidy({ document, layout: {} });
  expect(move?.op === "move" && Object.keys(move.places)).toHaveLength(6);
});

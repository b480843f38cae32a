// What a list shows survives the way to the address and back, and asks the server in its dialect.
import { expect, it } from "vitest";
import { EVERYTHING, fromSearch, fromView, isSame, nextSort, toQuery, toSearch, toView } from "./list-state";
import { readManifest } from "./manifest";

const [model] = readManifest({
  models: [
    {
      name: "books",
      display: "title",
      fields: [
        { name: "title", type: "text", required: true },
        { name: "price", type: "decimal" },
        { name: "view", type: "text" },
        { name: "extra", type: "json" },
      ],
      relations: [{ name: "authors", key: "authors", target: "authors", many: true }],
      views: [{ name: "dear", columns: ["title", "gone"], filters: { price__gte: "20" }, sort: "-price" }],
    },
  ],
}).models;
if (!model) throw new Error("the manifest has a model");
const [dear] = model.views;
if (!dear) throw new Error("the model has a view");

const read = (text: string) => fromSearch(model, new URLSearchParams(text), model.views);

it("goes to the address and back without loss", () => {
  const text = "q=a+b&price__gte=20&title=x&authors=7&sort=-price&columns=price%2Ctitle";
  const state = read(text);
  expect(state).toEqual({
    view: null,
    columns: ["price", "title"],
    filters: [
      { key: "price", operator: "gte", value: "20" },
      { key: "title", operator: "eq", value: "x" },
      { key: "authors", operator: "eq", value: "7" },
    ],
    sort: "-price",
    q: "a b",
  });
  expect(toSearch(state).toString()).toBe(text);
  expect(toQuery(state, 100, "c1")).toBe(
    "limit=100&q=a+b&price__gte=20&title=x&authors=7&sort=-price&cursor=c1",
  );
});

it("leaves out what the model does not have, so that an old link shows a list and no error", () => {
  expect(read("sort=gone&nothing__eq=1&price__like=2&columns=gone&sort=extra")).toEqual({
    ...EVERYTHING,
    columns: [],
  });
});

it("tells a field from the address's own word of the same name", () => {
  const state = { ...EVERYTHING, filters: [{ key: "view", operator: "eq" as const, value: "x" }] };
  expect(toSearch(state).toString()).toBe("view__eq=x");
  expect(read("view__eq=x")).toEqual(state);
  expect(toQuery(state, 5)).toBe("limit=5&view__eq=x");
});

it("names a view alone as long as nothing of it was changed", () => {
  const state = read("view=dear");
  expect(state.filters).toEqual([{ key: "price", operator: "gte", value: "20" }]);
  expect(toSearch(state, { model, view: dear }).toString()).toBe("view=dear");
  const changed = { ...state, sort: null };
  const search = toSearch(changed, { model, view: dear });
  expect(read(search.toString())).toEqual(changed);
  // Without anything left of it the view is still where this began, and not what is shown.
  const bare = { ...EVERYTHING, view: "dear" };
  expect(isSame(read(toSearch(bare, { model, view: dear }).toString()), bare)).toBe(true);
});

it("saves a view as it is read again, search words included", () => {
  const state = read("q=a+b&price__gte=20&sort=-price&columns=title");
  const kept = { name: "mine", label: "Mine", ...toView(model, state) };
  expect(kept.filters).toEqual({ q: "a b", price__gte: "20" });
  expect(isSame(fromView(model, kept), state)).toBe(true);
  expect(toSearch(fromView(model, kept), { model, view: kept }).toString()).toBe("view=mine");
  // Without the words it is another list, and comes back as one.
  const bare = { ...state, view: "mine", q: "" };
  const views = [kept];
  const search = toSearch(bare, { model, view: kept });
  expect(fromSearch(model, search, views)).toEqual(bare);
});

it("sorts up, down, and as it was", () => {
  expect([nextSort(null, "a"), nextSort("a", "a"), nextSort("-a", "a"), nextSort("b", "a")]).toEqual([
    "a",
    "-a",
    null,
    "a",
  ]);
});

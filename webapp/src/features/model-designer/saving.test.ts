// Saving as a screen does it: twice at once, with an answer that is lost on the way, and with edits that come in between.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { session } from "@/api/browser-session";
import { draftOf, type Opened } from "./api/opened";
import type { Operation } from "./operations/operation";
import { ModelStore } from "./store";
import { useSave } from "./use-save";

interface Sent {
  method: string;
  path: string;
  mark: string | null;
  key: string | null;
}

let root: Root;
let saving: ReturnType<typeof useSave>;
let sent: Sent[];
/** What the server has, by its mark, and what it can't be asked for just then. */
let mark: number;
let names: string[];
let isModelsDown: boolean;
const onCreated = vi.fn();

/** A server that keeps the names of models; it refuses what comes with an older mark. */
async function answer(request: Request): Promise<Response> {
  const { method, headers, url } = request;
  const path = new URL(url).pathname;
  sent.push({ method, path, mark: headers.get("If-Match"), key: headers.get("Idempotency-Key") });
  const reply = (status: number, body: unknown) =>
    new Response(JSON.stringify(body), {
      status,
      headers: { "Content-Type": "application/json", ETag: `"${mark}"` },
    });
  const models = names.map((name) => ({ id: `id of ${name}`, name, label: name, fields: [] }));
  if (path === "/api/models")
    return isModelsDown
      ? reply(503, { error: { code: "unavailable", message: "later" } })
      : reply(200, { items: models });
  if (method !== "GET") {
    if (method === "PUT" && headers.get("If-Match") !== `"${mark}"`)
      return reply(412, { error: { code: "precondition_failed", message: "somebody was faster" } });
    const body = await request.json();
    names = body.models.map((model: { name: string }) => model.name);
    mark += 1;
  }
  return reply(200, {
    id: "a",
    name: "shop",
    label: "",
    description: "",
    configuration: {},
    relationships: [],
  });
}

function Screen({ store }: { store: ModelStore }) {
  saving = useSave(store, onCreated);
  return null;
}

async function show(of: Opened | undefined): Promise<ModelStore> {
  const store = new ModelStore("application", of);
  const screen = createElement(Screen, { store });
  await act(async () =>
    root.render(createElement(QueryClientProvider, { client: new QueryClient() }, screen)),
  );
  return store;
}

const opened = (models: readonly string[]): Opened => ({
  home: "application",
  id: "a",
  etag: '"1"',
  configuration: {},
  draft: draftOf(
    {
      name: "shop",
      models: models.map((name) => ({ id: `id of ${name}`, name, fields: [] })),
      relationships: [],
    },
    {},
  ),
});
const add = (name: string): Operation => ({ op: "add_model", model: { name, fields: [] } });
const label = (model: string, value: string): Operation => ({
  op: "set",
  of: { model },
  key: "label",
  value,
});
const save = () => act(async () => void (await saving.save()));
const writes = () => sent.filter(({ method }) => method !== "GET");

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("fetch", answer);
  session.begin({ access_token: "a1", expires_in: 600 });
  localStorage.clear();
  onCreated.mockReset();
  [sent, mark, names, isModelsDown] = [[], 1, ["books"], false];
  root = createRoot(document.createElement("div"));
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

it("sends once what is saved twice at once", async () => {
  const store = await show(opened(names));
  store.perform("Add", [add("films")]);
  await act(async () => void (await Promise.all([saving.save(), saving.save()])));
  expect(writes()).toHaveLength(1);
  expect([store.isDirty, saving.conflict, saving.failure]).toEqual([false, null, null]);
});

it("is no conflict with itself where its models could not be read after it was saved", async () => {
  const store = await show(opened(names));
  store.perform("Add", [add("films")]);
  isModelsDown = true;
  await save();
  expect(saving.failure).not.toBeNull();
  isModelsDown = false;
  await save();
  expect(writes().map((each) => each.mark)).toEqual(['"1"', '"2"']);
  expect([store.isDirty, saving.conflict, saving.failure]).toEqual([false, null, null]);
  expect(store.document.models.map(({ id }) => id)).toEqual(["id of books", "id of films"]);
});

it("knows what it has made by its id, though it could not be read, and reads it before the next save", async () => {
  const store = await show(undefined);
  // As the server tells of it later.
  store.perform("Call it", [{ op: "set", of: {}, key: "name", value: "shop" }]);
  store.perform("Add", [add("films"), label("films", "films")]);
  isModelsDown = true;
  await save();
  expect([saving.failure, store.base.id, store.isDirty]).toEqual([null, "a", false]);
  expect(onCreated).toHaveBeenCalledExactlyOnceWith("a");
  await act(async () => void store.perform("Label it", [label("films", "Films")]));
  await save();
  expect(saving.failure).not.toBeNull();

  isModelsDown = false;
  await save();
  expect(writes()).toMatchObject([{ method: "POST" }, { method: "PUT", mark: '"2"' }]);
  expect([store.isDirty, saving.conflict, saving.failure]).toEqual([false, null, null]);
  expect(store.document.models).toMatchObject([{ id: "id of films", label: "Films" }]);
});

it("writes over nothing that somebody else has done to what was made and not read", async () => {
  const store = await show(undefined);
  store.perform("Add", [add("films")]);
  isModelsDown = true;
  await save();
  [mark, names, isModelsDown] = [3, ["films", "theirs"], false];
  await act(async () => void store.perform("Label it", [label("films", "Films")]));
  await save();
  expect(saving.conflict).not.toBeNull();
  expect(writes()).toHaveLength(1);
});

it("puts on top what counts only since the dialog has the keyboard, and says what of it is not possible", async () => {
  names = ["books", "films"];
  const store = await show(opened(names));
  store.perform("Label it", [label("books", "Mine")]);
  [mark, names] = [2, ["books"]];
  await save();
  expect(saving.conflict?.refused).toEqual([]);
  await act(async () => {
    store.perform("Label it", [label("books", "Typed to the end")]);
    store.perform("Label the other", [label("films", "Gone")]);
  });
  expect(saving.conflict?.refused.map(({ title }) => title)).toEqual(["Label the other"]);
  await act(async () => saving.settle("merge"));
  expect(store.document.models).toMatchObject([{ name: "books", label: "Typed to the end" }]);
  expect(store.base.etag).toBe('"2"');
});

// What was typed is kept: where somebody else was quicker, where only a part was taken, while it is being saved, and where
// somebody leaves.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Answer, RecordsClient, type Request, type Send } from "./client";
import { type LinkProps, type Place, RecordsProvider } from "./host";
import { type Model, readManifest } from "./manifest";
import { RecordForm } from "./record-form";

const manifest = readManifest({
  models: [
    {
      name: "notes",
      display: "title",
      fields: [
        { name: "title", type: "text", required: true },
        { name: "cost_center", type: "text", extra: true },
      ],
    },
  ],
});
const [model] = manifest.models;
if (!model) throw new Error("the manifest has a model");

let root: Root;
let page: HTMLElement;
let reading: () => Answer;
let writing: (method: string, path: string, request: Request) => Answer | Promise<Answer>;
const went = vi.fn();

function refusal(status: number, code: string, message: string, details: unknown[] = []): Error {
  return Object.assign(new Error(message), { status, code, details });
}

const drafts = new Map<string, string>();
const storage = {
  getItem: (key: string) => drafts.get(key) ?? null,
  setItem: (key: string, text: string) => void drafts.set(key, text),
  removeItem: (key: string) => void drafts.delete(key),
};

/** Every write: method, address, `If-Match`, body. */
const written: unknown[][] = [];
const send: Send = async (method, path, request = {}) => {
  if (method === "GET") return reading();
  written.push([method, path, request.headers?.["If-Match"], request.body]);
  return writing(method, path, request);
};

function Link({ to, ...rest }: LinkProps) {
  return createElement("a", { href: to, ...rest });
}

async function show(id?: string): Promise<void> {
  const host = {
    manifest,
    client: new RecordsClient(send),
    path: ({ id = "" }: Place) => `/${id}`,
    go: went,
    Link,
    drafts: storage,
  };
  const provided = {
    host,
    children: createElement(RecordForm, { model: model as Model, ...(id && { id }) }),
  };
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  root = createRoot(page);
  await act(async () =>
    root.render(
      createElement(QueryClientProvider, { client: queries }, createElement(RecordsProvider, provided)),
    ),
  );
  await vi.waitFor(() => expect(page.querySelector("input")).not.toBeNull());
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  reading = () => ({ data: { id: "1", title: "first" }, etag: '"1"' });
  writing = () => {
    throw refusal(412, "precondition_failed", "somebody else was quicker");
  };
  drafts.clear();
  written.length = 0;
  went.mockReset();
  page = document.createElement("div");
  document.body.append(page);
});
afterEach(async () => {
  await act(async () => root.unmount());
  page.remove();
  vi.unstubAllGlobals();
});

function field(at = 0): HTMLInputElement {
  const found = page.querySelectorAll("input")[at];
  if (!found) throw new Error("the form has a field");
  return found;
}

async function type(text: string, at = 0): Promise<void> {
  const into = field(at);
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(into, text);
    into.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

async function save(): Promise<void> {
  await act(async () => {
    page.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
}

async function typeAndSave(text: string): Promise<void> {
  await type(text);
  await save();
}

/** An answer that comes when it is asked to. */
function late(answer: Answer): () => Promise<void> {
  let come = () => {};
  writing = () =>
    new Promise((resolve) => {
      come = () => resolve(answer);
    });
  return () => act(async () => come());
}

const said = () => [...page.querySelectorAll('[role="alert"]')].map((each) => each.textContent).join(" ");
const dialog = () => document.querySelector("dialog")?.textContent;

it("says why theirs could not be read, and tries again with the next save", async () => {
  await show("1");
  reading = () => {
    throw refusal(503, "unavailable", "the database is away");
  };
  await typeAndSave("mine");
  await vi.waitFor(() => expect(said()).toMatch(/database is away/));
  expect(page.querySelector("input")?.value).toBe("mine");
  reading = () => ({ data: { id: "1", title: "theirs" }, etag: '"2"' });
  await typeAndSave("mine");
  await vi.waitFor(() => expect(document.querySelector("dialog")?.textContent).toMatch(/theirs/));
  expect(page.textContent).not.toMatch(/database is away/);
});

it.each([
  ["the form", async () => act(async () => root.unmount())],
  ["the page", async () => window.dispatchEvent(new Event("pagehide"))],
])("keeps what was typed the moment before somebody leaves %s", async (_what, leave) => {
  const kept = (title: string) => [JSON.stringify({ typed: { title }, before: { title: "first" } })];
  await show("1");
  await type("an older draft");
  await vi.waitFor(() => expect([...drafts.values()]).toEqual(kept("an older draft")));
  await type("the last letters");
  await leave();
  expect([...drafts.values()]).toEqual(kept("the last letters"));
});

it("stays with what was typed while it was being saved, and saves that on top", async () => {
  await show("1");
  const come = late({ data: null, etag: '"2"' });
  await typeAndSave("sent");
  await type("sent, and more");
  await come();
  expect(went).not.toHaveBeenCalled();
  expect(field().value).toBe("sent, and more");
  expect(page.textContent).toMatch(/What you have typed meanwhile is not yet/);
  expect([...drafts.values()]).toEqual([
    JSON.stringify({ typed: { title: "sent, and more" }, before: { title: "sent" } }),
  ]);
  writing = () => ({ data: null, etag: '"3"' });
  await save();
  await vi.waitFor(() => expect(went).toHaveBeenCalledWith("/1", { replace: true }));
  expect(written).toEqual([
    ["PUT", "api/notes/1", '"1"', { title: "sent" }],
    ["PUT", "api/notes/1", '"2"', { title: "sent, and more" }],
  ]);
  expect(drafts.size).toBe(0);
});

it("asks about what was typed while theirs was being found out, too", async () => {
  await show("1");
  let refuse = () => {};
  writing = () =>
    new Promise((_resolve, reject) => {
      refuse = () => reject(refusal(412, "precondition_failed", "somebody else was quicker"));
    });
  await typeAndSave("mine");
  await type("mine, and more");
  reading = () => ({ data: { id: "1", title: "theirs" }, etag: '"2"' });
  await act(async () => refuse());
  await vi.waitFor(() => expect(dialog()).toMatch(/mine, and more/));
});

it("asks nothing where what others changed is not in the form", async () => {
  await show("1");
  reading = () => ({ data: { id: "1", title: "first" }, etag: '"2"' });
  writing = (_method, _path, { headers }) => {
    if (headers?.["If-Match"] === '"2"') return { data: null, etag: '"3"' };
    throw refusal(412, "precondition_failed", "somebody else was quicker");
  };
  await typeAndSave("mine");
  await vi.waitFor(() => expect(went).toHaveBeenCalledTimes(1));
  expect(dialog()).toBeUndefined();
});

it("makes one record, though the fields beside it were refused at first", async () => {
  const faults = [{ path: "/cost_center", message: "must be a number" }];
  writing = (method) => {
    if (method === "POST") return { data: { id: "7", title: "new" }, etag: null };
    throw refusal(422, "validation_failed", "it does not fit", faults);
  };
  await show();
  await type("ten", 1);
  reading = () => ({ data: { id: "7", title: "new", cost_center: null }, etag: '"1"' });
  await typeAndSave("new");
  await vi.waitFor(() => expect(said()).toMatch(/Only a part of it was saved/));
  expect(page.textContent).toMatch(/must be a number/);
  expect([...drafts]).toEqual([
    ["records.draft.notes.7", JSON.stringify({ typed: { cost_center: "ten" }, before: { cost_center: "" } })],
  ]);
  writing = () => ({ data: null, etag: '"2"' });
  await type("10", 1);
  await save();
  await vi.waitFor(() => expect(went).toHaveBeenCalledWith("/7", { replace: true }));
  expect(written).toEqual([
    ["POST", "api/notes", undefined, { title: "new" }],
    ["PUT", "api/notes/7/extra", undefined, { cost_center: "ten" }],
    ["PUT", "api/notes/7/extra", '"1"', { cost_center: "10" }],
  ]);
  expect(drafts.size).toBe(0);
});

it("goes on after its own part of a change was taken", async () => {
  writing = (_method, path) => {
    if (!path.endsWith("/extra")) return { data: null, etag: '"2"' };
    throw refusal(503, "unavailable", "the database is away");
  };
  await show("1");
  await type("4711", 1);
  await typeAndSave("mine");
  await vi.waitFor(() => expect(said()).toMatch(/Only a part of it was saved/));
  writing = () => ({ data: null, etag: '"3"' });
  await save();
  await vi.waitFor(() => expect(went).toHaveBeenCalledTimes(1));
  expect(written).toEqual([
    ["PUT", "api/notes/1", '"1"', { title: "mine" }],
    ["PUT", "api/notes/1/extra", '"2"', { cost_center: "4711" }],
    ["PUT", "api/notes/1/extra", '"2"', { cost_center: "4711" }],
  ]);
});

describe("a draft that was kept over a record that somebody else has changed", () => {
  const keep = (before: string) =>
    drafts.set(
      "records.draft.notes.1",
      JSON.stringify({ typed: { title: "mine" }, before: { title: before } }),
    );

  it("is asked about, and not saved over theirs without an answer", async () => {
    keep("older");
    await show("1");
    await vi.waitFor(() => expect(dialog()).toMatch(/Theirsfirst.*Yoursmine/));
    await act(async () => document.querySelector<HTMLElement>("dialog button[aria-label]")?.click());
    expect(dialog()).toBeUndefined();
    expect(field().value).toBe("mine");
    await save();
    expect(dialog()).toMatch(/Theirsfirst.*Yoursmine/);
    expect(written).toEqual([]);
    writing = () => ({ data: null, etag: '"2"' });
    const answer = [...document.querySelectorAll<HTMLElement>("dialog button")].at(-1);
    await act(async () => answer?.click());
    await vi.waitFor(() => expect(went).toHaveBeenCalledTimes(1));
    expect(written).toEqual([["PUT", "api/notes/1", '"1"', { title: "mine" }]]);
  });

  it("is just there where they have changed something else", async () => {
    keep("first");
    reading = () => ({ data: { id: "1", title: "first", cost_center: "theirs" }, etag: '"9"' });
    await show("1");
    expect(page.textContent).toMatch(/typed here before is back/);
    expect(dialog()).toBeUndefined();
    expect([field(0).value, field(1).value]).toEqual(["mine", "theirs"]);
  });
});

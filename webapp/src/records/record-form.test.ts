// What was typed is kept: where somebody else was quicker and theirs can't be read, and where somebody leaves.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Answer, RecordsClient } from "./client";
import { type LinkProps, RecordsProvider } from "./host";
import { readManifest } from "./manifest";
import { RecordForm } from "./record-form";

const manifest = readManifest({
  models: [{ name: "notes", display: "title", fields: [{ name: "title", type: "text", required: true }] }],
});
const [model] = manifest.models;
if (!model) throw new Error("the manifest has a model");

let root: Root;
let page: HTMLElement;
let reading: () => Answer;

function refusal(status: number, code: string, message: string): Error {
  return Object.assign(new Error(message), { status, code, details: [] });
}

const drafts = new Map<string, string>();
const storage = {
  getItem: (key: string) => drafts.get(key) ?? null,
  setItem: (key: string, text: string) => void drafts.set(key, text),
  removeItem: (key: string) => void drafts.delete(key),
};

const send = async (method: string): Promise<Answer> => {
  if (method === "GET") return reading();
  throw refusal(412, "precondition_failed", "somebody else was quicker");
};

function Link({ to, ...rest }: LinkProps) {
  return createElement("a", { href: to, ...rest });
}

beforeEach(async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  reading = () => ({ data: { id: "1", title: "first" }, etag: '"1"' });
  const host = {
    manifest,
    client: new RecordsClient(send),
    path: () => "/",
    go: () => undefined,
    Link,
    drafts: storage,
  };
  drafts.clear();
  page = document.createElement("div");
  document.body.append(page);
  root = createRoot(page);
  const provided = { host, children: createElement(RecordForm, { model, id: "1" }) };
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await act(async () =>
    root.render(
      createElement(QueryClientProvider, { client: queries }, createElement(RecordsProvider, provided)),
    ),
  );
  await vi.waitFor(() => expect(page.querySelector("input")).not.toBeNull());
});
afterEach(async () => {
  await act(async () => root.unmount());
  page.remove();
  vi.unstubAllGlobals();
});

async function type(text: string): Promise<void> {
  const field = page.querySelector("input");
  if (!field) throw new Error("the form has a field");
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

async function typeAndSave(text: string): Promise<void> {
  await type(text);
  await act(async () => {
    page.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
}

it("says why theirs could not be read, and tries again with the next save", async () => {
  reading = () => {
    throw refusal(503, "unavailable", "the database is away");
  };
  await typeAndSave("mine");
  const said = () => page.querySelector('[role="alert"]')?.textContent;
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
  await type("an older draft");
  await vi.waitFor(() => expect([...drafts.values()]).toEqual([JSON.stringify({ title: "an older draft" })]));
  await type("the last letters");
  await leave();
  expect([...drafts.values()]).toEqual([JSON.stringify({ title: "the last letters" })]);
});

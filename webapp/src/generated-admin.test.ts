// The admin page of generated applications, as it was built and committed: what it saves is what was there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";

const ASSETS = join(import.meta.dirname, "../../blueprint/template/runtime/assets");
// The test brings style and script itself.
const page = readFileSync(join(ASSETS, "admin.html"), "utf8").replace(/<(script|link)\b[^>]*>/g, "");
const script = readFileSync(join(ASSETS, "admin.js"), "utf8");

const options = { min: 0, max: 100 };
const field = (name: string, type: string) => ({ name, label: name, type, options, required: false });
const manifest = {
  label: "Notes",
  version: "1",
  models: [
    {
      name: "notes",
      label: "Notes",
      display: "title",
      fields: [field("title", "text"), field("motto", "text"), field("body", "long_text")],
      relations: [],
      referrers: [],
    },
  ],
};

afterEach(() => vi.unstubAllGlobals());

it("keeps the line breaks of texts, edited or not", async () => {
  const record = { id: "7", title: "one\ntwo", motto: "short", body: "a\r\nb" };
  const saved: unknown[] = [];
  vi.stubGlobal("fetch", async (path: string, { method, body }: RequestInit) => {
    if (method === "PUT") saved.push(JSON.parse(String(body)));
    if (path.endsWith("manifest.json")) return Response.json(manifest);
    return Response.json(path.endsWith("/7") ? record : { items: [record], next_cursor: null });
  });
  document.body.innerHTML = new DOMParser().parseFromString(page, "text/html").body.innerHTML;
  const open = async () => {
    location.hash = "#/notes/7/edit";
    dispatchEvent(new Event("hashchange"));
    return vi.waitUntil(() => document.querySelector("form"));
  };
  const type = (form: HTMLFormElement, name: string, text: string) => {
    const input = form.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[name="${name}"]`);
    if (!input) throw new Error(`the form has no ${name}`);
    // React listens to the setter of the element itself; what somebody types goes past it.
    const { value } = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(input));
    value?.set?.call(input, text);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const save = async (form: HTMLFormElement) => {
    const before = saved.length;
    form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await vi.waitUntil(() => saved.length > before);
    await vi.waitUntil(() => !document.querySelector("form"));
  };
  location.hash = "#/notes/7/edit";
  new Function(script)();

  const first = await vi.waitUntil(() => document.querySelector("form"));
  expect(first.querySelectorAll("textarea")).toHaveLength(2);
  type(first, "motto", "another");
  await save(first);
  expect(saved[0]).toEqual({ title: record.title, motto: "another", body: record.body });

  const second = await open();
  type(second, "title", "one\ntwo\nthree");
  await save(second);
  expect(saved[1]).toEqual({ title: "one\ntwo\nthree", motto: record.motto, body: record.body });
});

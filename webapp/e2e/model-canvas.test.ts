// The model canvas: an application's models drawn from nothing, by mouse and by keyboard, as a form and as text.
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  type Json,
  openPage,
  placeOf,
  request,
  settled,
  tabTo,
} from "./lathe";

const box = (page: Page, model: string) => page.locator(`[data-model="${model}"]`);
const focusable = (page: Page, model: string) => page.locator(`.react-flow__node[data-id="${model}"]`);
const row = (page: Page, model: string, field: string) => box(page, model).locator(`[data-row="${field}"]`);

async function drag(page: Page, from: Locator, to: { x: number; y: number }) {
  const place = await placeOf(from);
  await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
}

async function save(page: Page) {
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Saved" }).waitFor();
}

const idOf = (page: Page) => /(?:applications|models)\/([0-9a-f-]{36})\//.exec(page.url())?.[1] ?? "";

/** What the server has, without its ids. */
async function saved(id: string) {
  const application = await request("GET", `/api/applications/${id}`);
  const { items } = await request("GET", `/api/models?application_id=${id}`);
  const models = (items as Json[]).map(({ name, fields }) => ({
    name,
    fields: (fields as Json[]).map((field) => `${field.name} ${field.type}`),
  }));
  const relations = (application.relationships as Json[]).map(
    ({ kind, source, name, target, inverse }) => `${source}.${name} ${kind} ${target}.${inverse}`,
  );
  return { name: application.name, models, relations };
}

const text = (name: string) => ({ name, type: "text" });

async function create(models: Json[], relationships: Json[] = []): Promise<string> {
  const name = freshName("e2e_models");
  return String((await request("POST", "/api/applications", { name, models, relationships })).id);
}

const shop = () =>
  create(
    [
      { name: "books", fields: [text("title"), text("isbn"), text("blurb")] },
      { name: "authors", fields: [text("name")] },
    ],
    [{ kind: "n-1", source: "books", name: "author", target: "authors", inverse: "books" }],
  );

/** What both ways of drawing lead to. */
const DRAWN = {
  models: [
    { name: "customers", fields: ["name text"] },
    { name: "orders", fields: ["name text", "total decimal"] },
  ],
  relations: ["orders.customer n-1 customers.orders"],
};

describe("drawing from nothing", () => {
  it("works by mouse: models, a field, and a relation dragged from a port", async () => {
    const { page, mistakes, close } = await openPage();
    const name = freshName("e2e_drawn");
    const taken = String((await request("GET", `/api/applications/${await shop()}`)).name);
    await page.goto("/applications");
    await page.getByRole("link", { name: "Design an application" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill(taken);
    await page.keyboard.press("Enter");
    await page.getByText("there is an application with this name already").first().waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.getByRole("button", { name: "Add the first model" }).click();
    await box(page, "new_model").waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("orders");
    await page.keyboard.press("Enter");
    await box(page, "orders").getByRole("button", { name: "Add field to orders" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("total");
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "Type" }).selectOption("decimal");
    await row(page, "orders", "total").getByText("decimal").waitFor();

    // Dragged out of the port and let go over nothing: the other model is made there, and related.
    const port = await placeOf(box(page, "orders").locator(".lathe-source"));
    await drag(page, box(page, "orders").locator(".lathe-source"), { x: port.x + 110, y: port.y + 90 });
    await box(page, "new_model").waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("customers");
    await page.keyboard.press("Enter");
    // The new one is brought into view, by which the other one may leave it.
    await page.getByRole("button", { name: "Show the whole graph" }).click();
    await box(page, "orders").locator("[data-relation]").click();
    await page.getByRole("textbox", { name: "What orders calls it" }).fill("customer");
    await page.keyboard.press("Enter");
    // One to many is the same from the other end, and back.
    await page.getByRole("combobox", { name: "Kind" }).selectOption("one-to-many");
    await box(page, "customers").locator('[data-relation="orders"]').waitFor();
    await page.getByRole("combobox", { name: "Kind" }).selectOption("one-to-many");
    await box(page, "orders").locator('[data-relation="customer"]').waitFor();
    await page.getByText("No problems").waitFor();
    await expectAccessible(page);
    await save(page);
    await page.waitForURL(/\/applications\/[0-9a-f-]{36}\/design/);
    expect(await saved(idOf(page))).toEqual({ name, ...DRAWN });

    // From port to box: another relation between the same two, whose names are free.
    const target = await placeOf(box(page, "customers"));
    await drag(page, box(page, "orders").locator(".lathe-source"), {
      x: target.x + target.width / 2,
      y: target.y + target.height / 2,
    });
    await box(page, "orders").locator('[data-relation="customer_2"]').waitFor();
    await page.getByRole("button", { name: "Undo: Relate orders to customers" }).click();
    await page.getByRole("button", { name: "Saved" }).waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("works by keyboard alone, to the same end", async () => {
    const { page, mistakes, close } = await openPage();
    const name = freshName("e2e_typed");
    const keys = page.keyboard;
    await page.goto("/applications/new/design");
    await page.getByRole("button", { name: "Add the first model" }).waitFor();
    await settled(page);
    await keys.press("Enter");
    await page.locator("input:focus").waitFor();
    await keys.press("Control+a");
    await keys.type(name);
    await keys.press("Enter");
    await page.getByRole("heading", { name }).waitFor();
    await tabTo(page, page.getByRole("button", { name: "Add model" }), { key: "Shift+F6", most: 2 });
    for (const model of ["customers", "orders"]) {
      await keys.press(model === "orders" ? "Tab" : "/");
      await page.locator('.react-flow__node[data-id="new_model"]:focus').waitFor();
      await keys.press("Enter");
      await page.locator('input[value="new_model"]:focus').waitFor();
      await keys.press("Control+a");
      await keys.type(model);
      await keys.press("Enter");
      await page.locator(`.react-flow__node.selected[data-id="${model}"]`).waitFor();
      await tabTo(page, focusable(page, model), { key: "Shift+F6", most: 2 });
    }
    await keys.press("f");
    await page.locator('input[value="new_field"]:focus').waitFor();
    await keys.type("total");
    await keys.press("Enter");
    // The keyboard stays where the name was typed: the type is two fields further.
    await keys.press("Tab");
    await keys.press("Tab");
    await keys.type("Dec");
    await row(page, "orders", "total").getByText("decimal").waitFor();
    await tabTo(page, focusable(page, "orders"), { key: "Shift+F6", most: 2 });
    await keys.press("Escape");
    await keys.press("c");
    await page.getByRole("combobox", { name: "Relate orders to" }).waitFor();
    await keys.type("cust");
    await keys.press("Enter");
    await box(page, "orders").locator('[data-relation="customer"]').waitFor();
    await page.getByText("No problems").waitFor();
    await keys.press("Control+s");
    await page.getByRole("button", { name: "Saved" }).waitFor();
    expect(await saved(idOf(page))).toEqual({ name, ...DRAWN });

    // What is being typed counts as well when it is saved by key.
    const form = page.getByRole("complementary", { name: "Relation" });
    await tabTo(page, form.locator("input, select"), { key: "F6", most: 2 });
    await tabTo(page, form.getByRole("textbox", { name: "What customers calls it" }), { most: 5 });
    await keys.press("Control+a");
    await keys.type("placed");
    await keys.press("Control+s");
    await page.getByRole("button", { name: "Saved" }).waitFor();
    expect((await saved(idOf(page))).relations).toEqual(["orders.customer n-1 customers.placed"]);

    await tabTo(page, focusable(page, "orders"), { key: "Shift+F6", most: 2 });
    await keys.press("ArrowLeft");
    await page.locator('.react-flow__node[data-id="customers"]:focus').waitFor();
    await keys.press("Delete");
    await box(page, "customers").waitFor({ state: "detached" });
    await keys.press("Shift+V");
    await page.getByRole("dialog").getByText("model customers").waitFor();
    await keys.press("Escape");
    await keys.press("Control+z");
    await box(page, "orders").locator('[data-relation="customer"]').waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("editing", () => {
  it("puts fields in order by drag on the box, by drag in the list, and by keys", async () => {
    const id = await shop();
    const { page, mistakes, close } = await openPage();
    await page.goto(`/applications/${id}/design`);
    const blurb = await placeOf(row(page, "books", "blurb"));
    await drag(page, row(page, "books", "title"), { x: blurb.x + 40, y: blurb.y + blurb.height - 3 });
    await page.getByRole("button", { name: "Undo: Move title" }).waitFor();
    await row(page, "books", "title").click();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByRole("button", { name: "Back to books" }).click();
    const list = page.getByRole("list", { name: "Fields of books" });
    const first = await placeOf(list.getByRole("listitem").first());
    await drag(page, list.locator('[data-row="blurb"] > span').first(), { x: first.x + 12, y: first.y + 4 });
    await list.getByRole("button", { name: /^title/ }).focus();
    await page.keyboard.press("Alt+ArrowUp");
    await save(page);
    const { models } = await saved(id);
    expect(models.find(({ name }) => name === "books")?.fields).toEqual([
      "blurb text",
      "title text",
      "isbn text",
    ]);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("moves boxes, keeps where they stand, and tidies up", async () => {
    const id = await shop();
    const { page, close } = await openPage();
    await page.goto(`/applications/${id}/design`);
    const header = box(page, "authors").locator("div").first();
    const before = await placeOf(header);
    await drag(page, header, { x: before.x + 90, y: before.y + 160 });
    await page.getByRole("button", { name: "Undo: Move" }).waitFor();
    await save(page);
    const { configuration } = await request("GET", `/api/applications/${id}`);
    const { layout } = configuration as { layout: Record<string, { x: number; y: number }> };
    expect(layout.authors?.y).toBeGreaterThan(100);
    await page.keyboard.press("Shift+L");
    await page.getByRole("button", { name: "Undo: Tidy up" }).waitFor();
    await close();
  });

  it("shows what the server objects to on box, row, form and list, and leads there", async () => {
    const id = await shop();
    const { page, close } = await openPage();
    await page.goto(`/applications/${id}/design?model=books`);
    await page.getByRole("list", { name: "Fields of books" }).getByRole("button", { name: /^isbn/ }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("select");
    await page.keyboard.press("Enter");
    await page.getByText("1 problem", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await box(page, "books")
      .getByRole("button", { name: /^select.*Problem/ })
      .waitFor();
    await expectAccessible(page);
    const problems = page.getByRole("region", { name: "Problems" });
    await problems.getByRole("button", { name: /books · select.*reserved word/ }).click();
    const field = page.getByRole("textbox", { name: "Name" });
    await field.waitFor();
    await expect.poll(() => field.getAttribute("aria-invalid")).toBe("true");
    // What can't be kept is not sent away: saving says it, too.
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const refusal = page.getByRole("dialog", { name: "It was not saved" });
    await refusal
      .getByText(/reserved word/)
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
    await field.fill("books");
    await field.fill("title");
    await page.keyboard.press("Enter");
    await page.getByText("`books` already has a field `title`.").first().waitFor();
    await close();
  });

  it("is the same as text, where a new name is no removal, and faulty text changes nothing", async () => {
    const id = await shop();
    const { page, mistakes, close } = await openPage();
    await page.goto(`/applications/${id}/design`);
    await page.getByRole("button", { name: "Code" }).click();
    const editor = page.getByRole("textbox", { name: "The models as YAML" });
    await editor.getByText("authors").first().waitFor();
    const before = await request("GET", `/api/models?application_id=${id}`);
    await editor.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText("name: [");
    await page.getByText(/The canvas shows the last text/).waitFor();
    await box(page, "books").waitFor();
    await page.getByRole("button", { name: "Code" }).click();
    await page.getByRole("region", { name: "Problems" }).getByRole("button", { name: /^Text/ }).click();
    await editor.getByText("name: [").waitFor();
    await page.getByRole("button", { name: "Drop this text" }).click();
    await page.getByText(/The canvas shows the last text/).waitFor({ state: "detached" });
    await expectAccessible(page);
    const typed = (await editor.evaluate((element) => {
      const lines = [...element.querySelectorAll(".cm-line")].map((line) => line.textContent);
      return lines.join("\n");
    })) as string;
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(typed.replace("name: isbn", "name: number_of_book"));
    await row(page, "books", "number_of_book").waitFor();
    await save(page);
    const fields = (models: Json) =>
      ((models.items as Json[]).find(({ name }) => name === "books")?.fields ?? []) as Json[];
    const after = await request("GET", `/api/models?application_id=${id}`);
    expect(fields(after)[1]).toMatchObject({ id: fields(before)[1]?.id, name: "number_of_book" });

    // What is drawn is written, as soon as nobody types.
    await box(page, "authors").getByRole("button", { name: "Add field to authors" }).click();
    await editor.getByText("new_field").waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });

  it("is a form as well", async () => {
    const id = await shop();
    const { page, mistakes, close } = await openPage();
    await page.goto(`/applications/${id}/design`);
    await page.getByRole("button", { name: "Form" }).click();
    const form = page.getByRole("region", { name: "Form" });
    await form.locator('[data-form-model="authors"]').getByRole("textbox", { name: "Name" }).fill("writers");
    await page.keyboard.press("Enter");
    await form.locator('[data-form-model="writers"]').waitFor();
    await form.locator('[data-form-model="writers"]').getByRole("button", { name: "Add field" }).click();
    await page.getByRole("complementary", { name: "Field" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Canvas", exact: true }).click();
    await box(page, "writers").waitFor();
    await save(page);
    expect((await saved(id)).relations).toEqual(["books.author n-1 writers.books"]);
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("what is not saved", () => {
  it("is there again after a reload, with its way back, and can be dropped", async () => {
    const id = await shop();
    const { page, close } = await openPage();
    await page.goto(`/applications/${id}/design`);
    await focusable(page, "books").focus();
    await page.keyboard.press("Control+d");
    await box(page, "books_2").waitFor();
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await box(page, "books_2").waitFor();
    await page.getByText(/unsaved edits of/).waitFor();
    await page.getByRole("button", { name: "Undo: Duplicate books" }).waitFor();
    await page.getByRole("link", { name: "Runs" }).first().click();
    await page.getByRole("dialog", { name: "Leave with unsaved edits?" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Discard them" }).click();
    await box(page, "books_2").waitFor({ state: "detached" });
    await close();
  });

  it("loses nothing to somebody who saved in between", async () => {
    const id = await shop();
    const { page, close } = await openPage();
    await page.goto(`/applications/${id}/design?model=books`);
    await page.getByRole("textbox", { name: "Label" }).fill("Mine");
    await page.getByRole("button", { name: "Add field", exact: true }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("weight");
    await page.keyboard.press("Enter");
    await row(page, "books", "weight").waitFor();
    const fields = [text("title"), text("isbn"), text("theirs")];
    const books = { name: "books", label: "Theirs", fields };
    await request("PUT", `/api/applications/${id}`, {
      models: [books, { name: "authors", fields: [text("name")] }],
    });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "These models were saved elsewhere meanwhile" });
    await dialog.getByText("field theirs of books").waitFor();
    await dialog.getByRole("button", { name: /model books · label.*Theirs.*Mine/ }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Put my edits on top of theirs" }).click();
    await row(page, "books", "theirs").waitFor();
    await row(page, "books", "weight").waitFor();
    await box(page, "books").getByText("Mine").waitFor();
    await save(page);
    const { models } = await saved(id);
    expect(models.find(({ name }) => name === "books")?.fields).toEqual([
      "title text",
      "isbn text",
      "theirs text",
      "weight text",
    ]);
    await close();
  });
});

describe("a model", () => {
  it("is made where somebody says, and edited where it lives", async () => {
    const id = await shop();
    const { page, mistakes, close } = await openPage();
    await page.goto("/models");
    await page.getByRole("link", { name: "New model" }).click();
    await page.getByRole("link", { name: /By itself/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole("link", { name: /By itself/ }).click();
    const name = freshName("lone");
    await page.getByRole("textbox", { name: "Name" }).fill(name);
    await page.keyboard.press("Enter");
    await page.getByText("No problems").waitFor();
    await save(page);
    await page.waitForURL(/\/models\/[0-9a-f-]{36}\/edit/);
    await box(page, name).waitFor();
    expect(await request("GET", `/api/models/${idOf(page)}`)).toMatchObject({ name, application_id: null });
    await page.getByRole("button", { name: "Code" }).click();
    await page.getByRole("textbox", { name: "The model as YAML" }).getByText(name).waitFor();

    const { items } = await request("GET", `/api/models?application_id=${id}`);
    const books = (items as Json[]).find((model) => model.name === "books");
    await page.goto(`/models/${books?.id}`);
    await page.getByRole("link", { name: "Edit on the canvas" }).click();
    await page.waitForURL(new RegExp(`/applications/${id}/design`));
    await page.getByRole("complementary", { name: "Model" }).waitFor();
    expect(mistakes).toEqual([]);
    await close();
  });
});

describe("on every screen", () => {
  it.each(["light", "dark"] as const)("is accessible in %s", async (theme) => {
    const id = await shop();
    const { page, mistakes, close } = await openPage({ theme });
    await page.goto(`/applications/${id}/design`);
    await box(page, "books").waitFor();
    await expectAccessible(page);
    await row(page, "books", "title").click();
    await expectAccessible(page);
    await box(page, "books").locator("[data-relation]").click();
    await expectAccessible(page);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "All commands" }).waitFor();
    await expectAccessible(page);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("fits a phone", async () => {
    const id = await shop();
    const { page, close } = await openPage({ width: 390 });
    await page.goto(`/applications/${id}/design`);
    await box(page, "books").waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await row(page, "books", "title").click();
    await page.getByRole("complementary", { name: "Field" }).waitFor();
    await expectNoSidewaysScroll(page);
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Form" }).click();
    await page.getByRole("region", { name: "Form" }).waitFor();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await close();
  });
});

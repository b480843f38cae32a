// The record screens in a real browser: the admin page of generated applications as it is committed, under its own policy,
// below a path, over records in memory that speak the dialect.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { BOOKSHOP, bookshopRecords, idOf } from "./dialect/bookshop";
import { EVENTS, millionRows } from "./dialect/million";
import { type Application, serve } from "./dialect/server";
import { type Described, Store } from "./dialect/store";
import { PLANS, plans } from "./dialect/versions";
import {
  beSure,
  closePages,
  expectAccessible,
  expectNoSidewaysScroll,
  settled,
  sharedBrowser,
  watchTraffic,
} from "./lathe";

const BOOK = idOf(3, 12);
const FRAMES = 240;
/** Thirty in a second on a machine that other tests share; by itself it is a third of that. */
const FRAME_MS = 33;

let browser: Browser;
let store: Store;
let app: Application;
let plan = plans();
const mistakes: string[] = [];

beforeAll(async () => {
  browser = await sharedBrowser();
  const manifest = { ...BOOKSHOP, models: [...BOOKSHOP.models, EVENTS, PLANS] };
  store = new Store(manifest.models as unknown as Described[], bookshopRecords());
  app = await serve(manifest, store, (...request) => millionRows(...request) ?? plan.special(...request));
});
afterAll(async () => {
  // The server waits for whoever is connected.
  await closePages();
  await app?.close();
});
beforeEach(() => {
  Object.assign(store.records, bookshopRecords());
  plan = plans();
  mistakes.length = 0;
});

async function open(place: string, options: { width?: number; dark?: boolean } = {}): Promise<Page> {
  const context = await browser.newContext({
    colorScheme: options.dark ? "dark" : "light",
    viewport: { width: options.width ?? 1360, height: 850 },
    reducedMotion: "reduce",
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
  });
  const page = await context.newPage();
  watchTraffic(page);
  page.on("pageerror", (error) => mistakes.push(error.message));
  page.on("console", (message) => {
    const isReply = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isReply) mistakes.push(message.text());
  });
  await page.goto(`${app.url}#${place}`);
  return page;
}

const query = (page: Page) => decodeURIComponent(new URL(page.url()).hash);

describe("every screen", () => {
  const PLACES = [
    "/books",
    "/books?format=hardback&price__gte=20&sort=-price",
    "/books?q=nothing+is+called+this",
    `/books/${BOOK}`,
    `/books/${BOOK}/edit`,
    "/books/nope",
    "/books/new",
    "/order_lines",
  ];
  it.each(PLACES)("%s is accessible in both themes, and fits a phone", async (place) => {
    for (const options of [{}, { dark: true, width: 390 }]) {
      const page = await open(place, options);
      await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
      await settled(page);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      await page.context().close();
    }
    expect(mistakes).toEqual([]);
  });
});

describe("a list", () => {
  it("is filtered, sorted and searched, all of it in the address", async () => {
    const page = await open("/books");
    await page.getByRole("button", { name: "Filter" }).click();
    const editor = page.getByRole("dialog", { name: "Filter" });
    await editor.getByLabel("Field").selectOption("Price");
    await editor.getByLabel("Comparison").selectOption("is at least");
    await editor.getByLabel("Value").fill("ten");
    await editor.getByRole("button", { name: "Apply" }).click();
    await editor.getByRole("alert").getByText("must be a decimal number").waitFor();
    await editor.getByLabel("Value").fill("45");
    await editor.getByRole("button", { name: "Apply" }).click();
    await page.getByText("Price is at least 45.00").waitFor();
    await page.getByRole("columnheader", { name: "ISBN" }).getByRole("button").click();
    await page.getByRole("searchbox").fill("garden");
    await page.waitForFunction(() => location.hash.includes("q=garden"));
    expect(query(page)).toBe("#/books?q=garden&price__gte=45&sort=isbn");
    // What was asked before stays in sight until the answer is here.
    await page.waitForFunction(() => {
      const shown = [...document.querySelectorAll("[role=grid] tr[id]")];
      return shown.length > 0 && shown.every((row) => row.textContent?.includes("Garden"));
    });
    await page.goBack();
    await page.getByRole("button", { name: /^Remove Price/ }).click();
    await page.waitForFunction(() => !location.hash.includes("price"));
    await page.context().close();
  });

  it("filters by a record of another model", async () => {
    const page = await open("/books");
    await page.getByRole("button", { name: "Filter" }).click();
    const editor = page.getByRole("dialog", { name: "Filter" });
    await editor.getByLabel("Field").selectOption("Publisher");
    await editor.getByRole("combobox", { name: "Value" }).fill("hopper");
    await editor
      .getByRole("option", { name: /Hopper/ })
      .first()
      .click();
    await editor.getByRole("button", { name: "Apply" }).click();
    await page.waitForFunction(() => location.hash.includes("publisher_id="));
    await page.getByText(/Publisher is .*Hopper/).waitFor();
    await page.context().close();
  });

  it("shows the columns that somebody chose", async () => {
    const page = await open("/books");
    await page.getByRole("button", { name: "Columns" }).click();
    const chooser = page.getByRole("dialog", { name: "Columns" });
    await chooser.getByLabel("ISBN", { exact: true }).uncheck();
    await chooser.getByLabel("In stock").check();
    await chooser.getByRole("button", { name: "Move In stock forward" }).click();
    await page.keyboard.press("Escape");
    const heads = await page.getByRole("columnheader").allInnerTexts();
    expect(heads.slice(-2)).toEqual(["In stock", "Publisher"]);
    expect(heads).not.toContain("ISBN");
    await page.context().close();
  });

  it("is walked by keyboard: down, select, open, and back to where it was", async () => {
    const page = await open("/books");
    await page.getByRole("grid").focus();
    for (let step = 0; step < 30; step += 1) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.getByText("1 selected").waitFor();
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByText("2 selected").waitFor();
    const scrolled = () => page.getByRole("grid").evaluate((grid) => grid.parentElement?.scrollTop ?? 0);
    const before = await scrolled();
    expect(before).toBeGreaterThan(0);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Edit" }).waitFor();
    await page.goBack();
    await page.getByRole("grid").waitFor();
    await expect.poll(scrolled).toBe(before);
    await page.context().close();
  });

  it("deletes many, says how far it is, and keeps what was refused", async () => {
    const page = await open("/publishers?sort=name");
    await page.getByRole("checkbox", { name: "Select everything that is loaded" }).check();
    await page.getByRole("button", { name: "Delete" }).click();
    await expectAccessible(page);
    await beSure(page, "Delete");
    const alert = page.getByRole("alert");
    await alert.getByText("6 records were refused").waitFor();
    await alert
      .getByText(/it is still in use and cannot be deleted: \d+ of books refer to it/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("6 selected").waitFor();
    await page.goto(`${app.url}#/order_lines`);
    await page
      .getByRole("checkbox", { name: /^Select 1/ })
      .first()
      .check();
    await page.getByRole("button", { name: "Delete" }).click();
    await beSure(page, "Delete");
    await page.getByText("89", { exact: true }).waitFor();
    await page.context().close();
  });

  it("selects everything and ranges, also what is out of sight, and tells how many are there", async () => {
    const page = await open("/events");
    await page.getByText("Event 0", { exact: true }).waitFor();
    const counts = async () =>
      (await page.getByRole("status").allTextContents()).filter((text) => text.includes("record"));
    await expect.poll(counts).toEqual(["100 records are loaded, and there are more"]);
    const grid = page.getByRole("grid");
    await grid.focus();
    for (const loaded of ["200+", "300+", "400+"]) {
      await page.keyboard.press("End");
      await page.getByText(loaded, { exact: true }).waitFor();
    }
    // A count that holds no more is not said any longer.
    await expect.poll(counts).toEqual([]);
    await page.getByRole("checkbox", { name: "Select everything that is loaded" }).check();
    await page.getByText("400 selected").waitFor();
    await expect
      .poll(() => page.getByRole("checkbox", { name: "Select everything that is loaded" }).isChecked())
      .toBe(true);
    await page.getByRole("button", { name: "Clear the selection" }).click();
    await grid.focus();
    await page.keyboard.press("Home");
    await page.getByText("Event 0", { exact: true }).waitFor();
    await page.keyboard.press("Space");
    await page.getByText("1 selected").waitFor();
    await page.keyboard.press("Shift+End");
    await page.getByText("400 selected").waitFor();
    await page.context().close();
  });

  it("goes on by itself over pages that hold nothing", async () => {
    const page = await open("/events?q=late");
    await page.getByText("Event 8").waitFor();
    await page.context().close();
  });

  it("leads to the first record where there is none", async () => {
    store.records.customers = [];
    const page = await open("/customers");
    await page.getByText("No customers yet").waitFor();
    await page.getByRole("link", { name: "New customer" }).last().click();
    await page.getByRole("heading", { name: "New customer" }).waitFor();
    await page.context().close();
  });
});

describe("a form", () => {
  it("tells every fault at once where it is, then the server's, then saves", async () => {
    const page = await open("/books/new");
    await page.getByRole("button", { name: "Save" }).click();
    const title = page.getByRole("textbox", { name: /^Title/ });
    await expect.poll(() => title.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(
      await page.getByText("Is required", { exact: true }).or(page.getByText("is required")).count(),
    ).toBe(4);
    await title.fill("The Test");
    await page.getByRole("textbox", { name: /^ISBN/ }).fill(String(store.records.books?.[0]?.isbn));
    await page.getByRole("textbox", { name: /^Price/ }).fill("12,5");
    await page.getByRole("combobox", { name: /^Publisher/ }).click();
    await page.getByRole("listbox").getByRole("option").first().click();
    const authors = page.getByRole("combobox", { name: /^Authors/ });
    await authors.fill("ada");
    await page.getByRole("option", { name: /Ada/ }).first().click();
    await authors.fill("grace");
    await page.getByRole("option", { name: /Grace/ }).first().waitFor();
    await authors.press("Enter");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("is already taken", { exact: true }).waitFor();
    await page.getByRole("textbox", { name: /^ISBN/ }).fill("978-0-000000-00");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "The Test" }).waitFor();
    const saved = store.records.books?.at(-1);
    expect(saved).toMatchObject({
      price: "12.5",
      isbn: "978-0-000000-00",
      format: "paperback",
      in_stock: true,
    });
    expect(saved?.authors).toHaveLength(2);
    await page.context().close();
  });

  it("keeps what was typed over a reload, and takes it back on request", async () => {
    const page = await open(`/books/${BOOK}/edit`);
    const title = page.getByRole("textbox", { name: /^Title/ });
    await title.fill("Half a title");
    await page.waitForFunction(() => sessionStorage.length > 0);
    await page.reload();
    await page.getByText("What you had typed here before is back.").waitFor();
    await expect.poll(() => title.inputValue()).toBe("Half a title");
    await page.getByRole("button", { name: "Discard it" }).click();
    await expect
      .poll(() => title.inputValue())
      .toBe(store.records.books?.find(({ id }) => id === BOOK)?.title);
    await page.context().close();
  });

  it("shows moments in the person's zone, and sends them in UTC", async () => {
    const order = idOf(5, 0);
    const page = await open(`/orders/${order}/edit`);
    const placed = page.getByLabel(/^Placed at/);
    await expect.poll(() => placed.inputValue()).toMatch(/^2026-09-01T10:00/);
    await placed.fill("2026-12-01T10:00");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name: "Edit" }).waitFor();
    expect(store.read(store.model("orders"), order).placed_at).toBe("2026-12-01T09:00:00.000Z");
    await page.context().close();
  });
});

describe("a record", () => {
  it("leads to what it refers to, to what refers to it, and to more of that", async () => {
    const page = await open(`/publishers/${idOf(1, 0)}`);
    const books = page.getByRole("region", { name: "Books" });
    await books.getByRole("link", { name: "Show all" }).click();
    await page.getByText(/^Publisher is/).waitFor();
    await page.goBack();
    await books.getByRole("link", { name: "New book" }).click();
    await page.getByRole("button", { name: /^Remove / }).waitFor();
    expect(query(page)).toBe(`#/books/new?publisher_id=${idOf(1, 0)}`);
    await page.context().close();
  });

  it("leads back to the list where there is no such record, and offers nothing to do with it", async () => {
    for (const place of ["/books/nope", "/books/nope/edit"]) {
      const page = await open(place);
      const back = page.getByRole("link", { name: "Back to the list" });
      await back.waitFor();
      await expect.poll(() => page.getByRole("link", { name: "Edit" }).count()).toBe(0);
      await expect.poll(() => page.getByRole("button", { name: /Delete|Try again|Save/ }).count()).toBe(0);
      await back.click();
      await page.getByRole("grid").waitFor();
      await page.context().close();
    }
  });

  it("says why it can't be deleted", async () => {
    const page = await open(`/publishers/${idOf(1, 0)}`);
    await page.getByRole("button", { name: "Delete" }).click();
    await beSure(page, "Delete");
    await page.getByRole("alert").getByText("it is still in use").waitFor();
    await page.context().close();
  });
});

describe("what only some servers have", () => {
  it("brings together what two people changed, and asks about what both did", async () => {
    const page = await open("/plans/p1/edit");
    await page.getByRole("textbox", { name: /^Name/ }).fill("Autumn");
    await page.getByRole("textbox", { name: "Cost center" }).fill("4711");
    // Meanwhile, somebody else:
    Object.assign(plan.record, { name: "Winter", note: "Rest." });
    plan.version += 1;
    await page.getByRole("button", { name: "Save" }).click();
    const dialog = page.getByRole("dialog", { name: /Somebody else/ });
    await dialog.getByText("Taken over from them: Note.").waitFor();
    await expectAccessible(page);
    await dialog.getByRole("radio", { name: /Theirs/ }).check();
    await dialog.getByRole("radio", { name: /Yours/ }).check();
    await dialog.getByRole("button", { name: "Save with these" }).click();
    await page.getByRole("heading", { name: "Autumn" }).waitFor();
    expect(plan.record).toMatchObject({ name: "Autumn", note: "Rest.", city: "Ulm", cost_center: "4711" });
    const own = { name: "Autumn", note: "Rest.", city: "Ulm" };
    expect(plan.written.slice(-2)).toEqual([
      ["PUT", "/api/plans/p1", own],
      ["PUT", "/api/records/plans/p1/extra", { cost_center: "4711" }],
    ]);
    await page.context().close();
  });

  it("tells what has happened, and does what can be done", async () => {
    const page = await open("/plans/p1");
    const history = page.getByRole("region", { name: "History" });
    await history.getByText("by Ada Byron").waitFor();
    await history.getByText("Bonn").waitFor();
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(plan.written).toEqual([]);
    await page.getByRole("button", { name: "Publish" }).click();
    await beSure(page, "Publish");
    await page.getByText("Publish: done.").waitFor();
    expect(plan.written).toEqual([["POST", "/api/plans/p1/publish", null]]);
    await expectAccessible(page);
    await page.context().close();
  });

  it("offers the views that come with a model", async () => {
    const page = await open("/plans");
    await page.getByRole("button", { name: "All" }).click();
    await page.getByRole("button", { name: "Cheap ones" }).click();
    await page.getByText("City is Ulm").waitFor();
    expect(query(page)).toBe("#/plans?view=cheap");
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByRole("button", { name: "Cheap ones · changed" }).waitFor();
    await page.context().close();
  });
});

describe("a million rows", () => {
  it("scroll without a stall, and only what is in sight is in the document", async () => {
    const page = await open("/events");
    await page.getByText("Event 0", { exact: true }).waitFor();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Performance.setTimeDomain", { timeDomain: "threadTicks" });
    await cdp.send("Performance.enable");
    const busy = async () => {
      const { metrics } = await cdp.send("Performance.getMetrics");
      const parts = ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration"];
      return metrics.reduce((sum, { name, value }) => sum + (parts.includes(name) ? value * 1_000 : 0), 0);
    };
    const before = await busy();
    await page.evaluate(async (frames) => {
      const scroller = document.querySelector("[role=grid]")?.parentElement;
      for (let frame = 0; frame < frames; frame += 1) {
        if (scroller) scroller.scrollTop += 120;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    }, FRAMES);
    // The time of the thread, not of the clock: other tests share the machine.
    expect((await busy()) - before).toBeLessThan(FRAMES * FRAME_MS);
    const counts = await page.evaluate(() => ({
      rows: document.querySelectorAll("[role=grid] tr").length,
      top: document.querySelector("[role=grid]")?.parentElement?.scrollTop ?? 0,
    }));
    expect(counts.top).toBeGreaterThan(25_000);
    expect(counts.rows).toBeLessThan(120);
    // What is in sight after the last step is rows, not places of rows.
    await page.waitForFunction(() => {
      const scroller = document.querySelector("[role=grid]")?.parentElement;
      const middle = scroller?.getBoundingClientRect();
      const found = middle && document.elementFromPoint(middle.left + 200, middle.top + 300);
      return /Event \d{3,}/.test(found?.closest("tr")?.textContent ?? "");
    });
    await page.context().close();
  });
});

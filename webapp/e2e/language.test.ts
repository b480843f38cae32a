// The web app in the language of whoever reads: German where the browser asks for it, the other one at the press of a button.
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import {
  answerTo,
  createPerson,
  createWorkflow,
  execute,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  type Json,
  openPage,
  request,
  settled,
} from "./lathe";

/** All screens one after the other, each in two widths. */
const EVERY_SCREEN = 240_000;

let ours: string[];
let lists: string[];
let workflow: string;
let run: string;
let application: string;
let model: string;
beforeAll(async () => {
  const nodes = [
    { id: "greet", kind: "script.run", with: { script: '"Hallo"' } },
    {
      id: "turns",
      kind: "flow.for_each",
      with: { items: [1] },
      body: { nodes: [{ id: "inner", kind: "data.set", with: { values: {} } }] },
    },
  ];
  const edges = [{ from: "greet", to: "turns" }];
  workflow = await createWorkflow({ lathe: 1, name: freshName("sprache"), nodes, edges });
  run = await execute(workflow);
  const title = { name: "title", type: "text", required: true };
  const document = { name: freshName("buecher"), models: [{ name: "books", fields: [title] }] };
  application = String((await request("POST", "/api/applications", { source: JSON.stringify(document) })).id);
  const { items } = await request("GET", `/api/models?application_id=${application}`);
  model = String((items as Json[])[0]?.id);
  // The others list what other tests have made as well.
  ours = [
    `/workflows/${workflow}`,
    `/workflows/${workflow}/edit`,
    "/workflows/new/edit",
    `/runs/${run}`,
    `/applications/${application}`,
    `/applications/${application}/design`,
    "/applications/new/design",
    `/models/${model}`,
    `/models/${model}/edit`,
    "/models/new",
    "/records/variables/new",
    "/no/such/place",
  ];
  lists = [
    "/dashboard",
    "/workflows",
    "/runs",
    "/applications",
    "/models",
    "/records/variables",
    "/records/schedules",
    "/approvals",
    "/webhooks/outgoing",
    "/settings",
  ];
});

/** Words of English that no German screen has, at the beginning of a text or by themselves: what people wrote stays as it is. */
const ENGLISH =
  /^(Save|Cancel|Settings|New|Edit|Add|Delete|Close|Search|Show|Open|Stop|Log in|Password|Created|Status of|Loading|Reading|Nothing)\b|^(Runs?|Applications|Models)$/;

/** Anywhere in a text, where nothing is shown that somebody else has written: no German word looks like these. */
const ENGLISH_WORDS = /\b(the|of|and|is|are|this|that|which|with(?!\.)|from|when|not|has|your|its|by)\b/i;

/** Where English belongs: code, what is typed, and the words of the server below their German meaning. */
const APART = "noscript, code, pre, textarea, input, .cm-editor, [lang=en]";

/** What people have called themselves and their applications, which stands on every screen or in its choices. */
const CALLED = /The (Tests|Bookshop)/g;

/** Whatever is read or heard on the page. */
async function textsOf(page: Page): Promise<string[]> {
  return page.evaluate((apart) => {
    const said: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest(apart)) said.push(node.textContent ?? "");
    for (const element of document.body.querySelectorAll("[aria-label], [title], [placeholder]"))
      for (const name of ["aria-label", "title", "placeholder"]) said.push(element.getAttribute(name) ?? "");
    return said.map((text) => text.trim()).filter(Boolean);
  }, APART);
}

async function expectGerman(page: Page, signs = [ENGLISH, ENGLISH_WORDS]): Promise<void> {
  await page.getByRole("heading").first().waitFor();
  await settled(page);
  await expect.poll(() => page.locator("html").getAttribute("lang")).toBe("de");
  const said = (await textsOf(page)).map((text) => text.replaceAll(CALLED, ""));
  const english = said.filter((text) => signs.some((sign) => sign.test(text)));
  expect.soft(english, `English on ${page.url()}`).toEqual([]);
}

it("greets in German whose browser asks for it", async () => {
  const { page, mistakes, close } = await openPage({ locale: "de-DE", as: "nobody" });
  await page.goto("/login");
  await page.getByRole("button", { name: "Anmelden", exact: true }).waitFor();
  await page.getByLabel("E-Mail-Adresse").waitFor();
  await expectGerman(page);
  await expectAccessible(page);
  expect(mistakes).toEqual([]);
  await close();
});

it(
  "is German on every screen of a desktop and of a phone, and fits",
  async () => {
    const { page, mistakes, close } = await openPage({ locale: "de-DE" });
    for (const address of [...ours, ...lists]) {
      await page.setViewportSize({ width: 1360, height: 850 });
      await page.goto(address);
      for (const width of [1360, 390]) {
        await page.setViewportSize({ width, height: 850 });
        await expectGerman(page, lists.includes(address) ? [ENGLISH] : undefined);
        await expectNoSidewaysScroll(page);
      }
    }
    await page.goto("/records/variables/new");
    await page.getByRole("button", { name: "Speichern" }).click();
    await page.getByText("ist erforderlich").first().waitFor();
    expect(mistakes).toEqual([]);
    await close();
  },
  EVERY_SCREEN,
);

// Whoever chooses a language has it in every other browser: these are nobody whom other tests are.
it("changes at once, and keeps to what was chosen", async () => {
  const as = await createPerson("sprecher");
  const { page, mistakes, close } = await openPage({ locale: "de-DE", as });
  await page.goto("/runs");
  await page.getByRole("heading", { name: "Läufe", exact: true }).waitFor();
  await page.getByRole("button", { name: /^Sprache: Deutsch/ }).click();
  await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
  await expect.poll(() => page.locator("html").getAttribute("lang")).toBe("en");
  await page.reload();
  await page.getByRole("heading", { name: "Runs", exact: true }).waitFor();
  await expect.poll(() => page.locator("html").getAttribute("lang")).toBe("en");
  await page.getByRole("button", { name: /^Language: English/ }).click();
  await page.getByRole("heading", { name: "Läufe", exact: true }).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("is taken over by a browser in which nothing was chosen", async () => {
  const as = await createPerson("wanderer");
  const one = await openPage({ as });
  await one.page.goto("/runs");
  const kept = answerTo(one.page, "PUT", /^\/api\/settings$/);
  await one.page.getByRole("button", { name: /^Language: English/ }).click();
  expect((await kept).ok()).toBe(true);
  await one.close();
  const other = await openPage({ as });
  await other.page.goto("/runs");
  await other.page.getByRole("heading", { name: "Läufe", exact: true }).waitFor();
  expect([...one.mistakes, ...other.mistakes]).toEqual([]);
  await other.close();
});

it("asks before what was typed is lost", async () => {
  const as = await createPerson("tipper");
  const { page, mistakes, close } = await openPage({ locale: "de-DE", as });
  await page.goto("/secrets/new");
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.fill("typed");
  await page.getByRole("button", { name: /^Sprache: Deutsch/ }).click();
  const question = page.getByRole("dialog", { name: "Die Sprache jetzt wechseln?" });
  await expectAccessible(page);
  await question.getByRole("button", { name: "Nicht jetzt" }).click();
  await expect.poll(() => name.inputValue()).toBe("typed");
  await page.getByRole("button", { name: /^Sprache: Deutsch/ }).click();
  await question.getByRole("button", { name: /wechseln/ }).click();
  await page.getByRole("button", { name: /^Language: English/ }).waitFor();
  expect(mistakes).toEqual([]);
  await close();
});

it("is German wherever the designer leads", async () => {
  const { page, mistakes, close } = await openPage({ locale: "de-DE" });
  await page.goto(`/workflows/${workflow}/edit`);
  await page.locator('[data-node="greet"]').waitFor();
  await expectGerman(page);

  await page.locator('[data-node="greet"]').click();
  for (const tab of ["Regeln", "Letzter Lauf", "Einstellungen"]) {
    await page.getByRole("tab", { name: tab, exact: true }).click();
    await expectGerman(page);
  }
  await page.getByText("Berechnet einen Wert mit einem Skript in rhai.").waitFor();

  // The palette finds a kind by both of its names.
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  const palette = page.getByRole("combobox", { name: "Knoten hinzufügen" });
  await palette.waitFor();
  await expectGerman(page);
  for (const words of ["anfrage", "http request"]) {
    await palette.fill(words);
    await page.getByRole("option", { name: /^HTTP-Anfrage/ }).waitFor();
  }
  await page.keyboard.press("Enter");

  // What it lacks is told in German as well.
  await page.locator('[data-node="http_request"]').click();
  await page.getByText("Ruft eine HTTP-Adresse auf und gibt ihre Antwort zurück.").waitFor();
  await page.getByText("Eine http- oder https-Adresse.").waitFor();
  await page
    .getByText(/Das Feld url fehlt/)
    .first()
    .waitFor();
  await expectGerman(page);
  await expectAccessible(page);
  expect(mistakes).toEqual([]);
  await close();
});

it("is German in the steps of a run, and in what the canvases have beside them", async () => {
  const { page, mistakes, close } = await openPage({ locale: "de-DE" });
  await page.goto(`/runs/${run}`);
  await page.locator('[data-node="greet"][data-status="succeeded"]').click();
  for (const tab of ["Eingabe", "Ausgabe", "Logs"]) {
    await page.getByRole("tab", { name: tab }).click();
    await expectGerman(page);
  }
  await page.goto(`/workflows/${workflow}/edit`);
  await page.locator('[data-node="greet"]').waitFor();
  for (const name of ["Code", "Versionen"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await expectGerman(page);
  }
  await page.goto(`/applications/${application}/design`);
  await page.locator('[data-model="books"]').click();
  await expectGerman(page);
  await page.locator('[data-model="books"] [data-row="title"]').click();
  await expectGerman(page);
  for (const name of ["Code", "Formular"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await expectGerman(page);
  }
  expect(mistakes).toEqual([]);
  await close();
});

it("tells in German what the server refuses, and keeps its own words", async () => {
  const { page, mistakes, close } = await openPage({ locale: "de-DE" });
  await page.goto(`/runs/${"0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11"}`);
  const notice = page.getByRole("alert");
  await notice.getByText("Das gibt es hier nicht oder nicht mehr.").waitFor();
  await notice
    .locator("[lang=en]")
    .getByText(/there is no such execution/i)
    .waitFor();
  await expectGerman(page);
  await expectAccessible(page);
  expect(mistakes).toEqual([]);
  await close();
});

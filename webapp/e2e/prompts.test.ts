// Prompts: written, tried, changed, compared and labelled; two tabs that save the same one; and the phone.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  createAccount,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  type Json,
  openPage,
  request,
} from "./lathe";

const editor = (page: Page) => page.getByRole("textbox", { name: "Text of the prompt" });
const rendered = (page: Page) => page.locator("[data-rendered]");
const value = (page: Page, name: string) => page.locator(`[data-value="${name}"]`);
const idOf = (page: Page) => /prompts\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? "";

/** At the end of the text, where the keyboard is known to be. */
async function write(page: Page, text: string) {
  await editor(page).click();
  await page.locator(".cm-editor.cm-focused").waitFor();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
}

/** Ctrl S, wherever the keyboard is. */
async function save(page: Page) {
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "Saved", exact: true }).waitFor();
}

async function create(content: string): Promise<string> {
  const name = freshName("e2e_prompt");
  return String((await request("POST", "/api/prompts", { name, content })).id);
}

const read = (id: string) => request("GET", `/api/prompts/${id}`);

describe("a prompt", () => {
  it("is written with the values it takes, tried, and saved by keyboard", async () => {
    const { page, mistakes, close } = await openPage();
    const name = freshName("e2e_prompt");
    await page.goto("/prompts/new");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Not so");
    await page.getByText("begins with a letter").waitFor();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
    // The braces are closed by themselves, and what is typed over them does not double them.
    await write(page, "Greet {{ name }} in {{ language }}");
    await value(page, "name").waitFor();
    await value(page, "language").waitFor();
    await expect.poll(() => page.locator("[data-value]").count()).toBe(2);
    await rendered(page).getByText("language has no value yet").waitFor();
    await page.getByRole("textbox", { name: "name", exact: true }).fill("Ada {{ x }}");
    await page.getByRole("textbox", { name: "language", exact: true }).fill("French");
    await rendered(page).getByText("Greet Ada {{ x }} in French").waitFor();
    await page.getByText("Not saved yet: as this page renders it").waitFor();

    // What is known is proposed, and what is wrong is marked where it is.
    await write(page, ", {{ na");
    await page.locator(".cm-tooltip-autocomplete").getByText("name").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Delete");
    await page.keyboard.press("Delete");
    await page.getByText("Line 1: This expression is not closed: }} is missing.").waitFor();
    await page.locator(".cm-lintRange-error").first().waitFor();
    await page.keyboard.type(" }}");
    await rendered(page).getByText("in French, Ada {{ x }}").waitFor();

    await save(page);
    await page.waitForURL(/\/prompts\/[0-9a-f-]{36}$/);
    await page.getByText("As the server renders it.", { exact: true }).waitFor();
    const { name: kept, shown } = (await read(idOf(page))) as { name: string; shown: Json };
    expect([kept, shown.content]).toEqual([name, "Greet {{ name }} in {{ language }}, {{ name }}"]);
    await expectAccessible(page);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("has versions that are compared, and labels that are moved and moved back", async () => {
    const { page, mistakes, close } = await openPage();
    const id = await create("Be kind.\nGreet {{ name }} warmly.\nSay goodbye.");
    await page.goto(`/prompts/${id}`);
    await page.getByRole("tab", { name: "Versions and labels" }).click();
    await page.getByRole("combobox", { name: "New label", exact: true }).fill("production");
    await page.keyboard.press("Enter");
    await page.getByText("production points at version 1 now.").waitFor();

    // A label does not stand in the way of saving.
    await write(page, " {{ closing }}");
    await page.getByRole("textbox", { name: "What changes" }).fill("closes");
    await save(page);
    await request("POST", `/api/prompts/${id}/versions`, {
      content: "Be kind.\nGreet {{ name }} coolly.\nSay goodbye. {{ closing }}",
    });
    await page.reload();
    await page.getByRole("tab", { name: "Versions and labels" }).click();
    const versions = page.getByRole("list", { name: "All versions" });
    await versions.getByRole("button", { name: /^Version 1 .*production/ }).waitFor();
    await versions.getByRole("button", { name: /^Version 2 .*closes/ }).waitFor();
    await versions.getByRole("button", { name: /^Version 3/ }).click();
    const difference = page.locator("[data-diff]");
    await difference.locator("del", { hasText: "warmly" }).waitFor();
    await difference.locator("ins", { hasText: "coolly" }).waitFor();
    await page.getByRole("combobox", { name: "compared with" }).selectOption("1");
    await difference.getByText("2 lines added").waitFor();
    await expectAccessible(page);

    await page.getByRole("combobox", { name: "Version that production points at" }).selectOption("3");
    await page.getByRole("button", { name: "Move", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Move production to version 3?" });
    await dialog.locator("ins", { hasText: "coolly" }).waitFor();
    // Escape changes nothing, and the keyboard is back where it was.
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.locator(":focus", { hasText: "Move" }).waitFor();
    expect((await read(id)).labels).toEqual({ production: 1 });
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Move production" }).click();
    await page.getByText("production points at version 3 now.").waitFor();
    expect((await read(id)).labels).toEqual({ production: 3 });
    await page.getByRole("button", { name: "Back to version 1", exact: true }).click();
    await page.getByText("production points at version 1 now.").waitFor();
    expect((await read(id)).labels).toEqual({ production: 1 });

    // Back to an old version is a new one.
    await versions.getByRole("button", { name: /^Version 1/ }).click();
    await page.getByRole("button", { name: "Bring version 1 back" }).click();
    await save(page);
    const { version, shown } = (await read(id)) as { version: number; shown: Json };
    expect([version, shown.content, shown.note]).toEqual([
      4,
      "Be kind.\nGreet {{ name }} warmly.\nSay goodbye.",
      "Back to version 1",
    ]);

    await page.getByRole("button", { name: "Remove production" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove production" }).click();
    await page.getByText("production is removed.").waitFor();
    await page.getByRole("button", { name: "Delete this prompt" }).click();
    await page.getByRole("dialog").getByText("it can be brought back").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await page.waitForURL(/\/prompts$/);
    expect((await request("POST", `/api/prompts/${id}/restore`, {})).version).toBe(4);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("keeps what is not saved over a reload, and asks before it is left", async () => {
    const { page, close } = await openPage();
    const id = await create("Be kind.");
    await page.goto(`/prompts/${id}`);
    await write(page, " Always.");
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText("are here again").waitFor();
    await expect.poll(() => editor(page).textContent()).toBe("Be kind. Always.");
    await page.getByRole("link", { name: "Workflows" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Save and leave" }).click();
    await page.waitForURL(/\/workflows$/);
    expect(((await read(id)).shown as Json).content).toBe("Be kind. Always.");
    await close();
  });
});

it("loses nothing where two tabs save the same prompt", async () => {
  const { page, close } = await openPage();
  const id = await create("one\ntwo\nthree\nfour");
  await page.goto(`/prompts/${id}`);
  await editor(page).waitFor();
  const other = await page.context().newPage();
  await other.goto(`/prompts/${id}`);
  await editor(other).click();
  await other.locator(".cm-editor.cm-focused").waitFor();
  await other.keyboard.press("Control+Home");
  await other.keyboard.type("zero ");
  await save(other);
  await other.close();

  await write(page, " and five");
  await page.keyboard.press("Control+s");
  const dialog = page.getByRole("dialog", { name: "This prompt was saved elsewhere meanwhile" });
  await dialog.locator("ins", { hasText: "zero" }).waitFor();
  await dialog.locator("ins", { hasText: "five" }).waitFor();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Put my edits on top of theirs" }).click();
  await dialog.waitFor({ state: "detached" });
  await save(page);
  const { version, shown } = (await read(id)) as { version: number; shown: Json };
  expect([version, shown.content]).toEqual([3, "zero one\ntwo\nthree\nfour and five"]);
  await close();
});

it("shows who may only read what there is, and offers no change", async () => {
  const id = await create("Hello {{ name }}");
  const { page, close } = await openPage({ as: await createAccount("e2e_reader", "viewer") });
  const { home } = await request("GET", "/api/auth/profile");
  await page.addInitScript((workspace) => localStorage.setItem("lathe.workspace", workspace), String(home));
  await page.goto(`/prompts/${id}`);
  await page.getByText("For reading only").waitFor();
  await page.getByRole("textbox", { name: "name", exact: true }).fill("Ada");
  await rendered(page).getByText("Hello Ada").waitFor();
  await page.getByRole("tab", { name: "Versions and labels" }).click();
  await page.getByText("Version 1", { exact: true }).waitFor();
  await expect.poll(() => page.getByRole("button", { name: /Save|Set label|Delete/ }).count()).toBe(0);
  await close();
});

it("works on a phone", async () => {
  const { page, mistakes, close } = await openPage({ width: 390 });
  const id = await create(
    "Greet {{ name }}\nin one sentence that is long enough to be broken on a phone, surely.",
  );
  await page.goto(`/prompts/${id}`);
  await page.getByRole("textbox", { name: "name", exact: true }).fill("Ada");
  await rendered(page).getByText("Greet Ada").waitFor();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await write(page, " Kindly.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Saved", exact: true }).waitFor();
  await page.getByRole("tab", { name: "Versions and labels" }).click();
  await page
    .getByRole("list", { name: "All versions" })
    .getByRole("button", { name: /^Version 2/ })
    .click();
  await page.locator("[data-diff] ins", { hasText: "Kindly" }).waitFor();
  // In one column, what is the same stands once.
  expect(
    await page.locator("[data-diff]").getByText("Greet {{ name }}").filter({ visible: true }).count(),
  ).toBe(1);
  await expectNoSidewaysScroll(page);
  expect(mistakes).toEqual([]);
  await close();
});

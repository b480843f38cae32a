// Files: several sent at once, one in place of another, looked at, downloaded.
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { expectAccessible, freshName, type Json, openPage, request } from "./lathe";

const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

async function addressOf(name: string): Promise<string> {
  const found = (await request("GET", `/api/files?${new URLSearchParams({ q: name })}`)).items as Json[];
  expect(found).toHaveLength(1);
  return `/files/${found[0]?.id}`;
}

it("are sent, replaced, looked at and downloaded", async () => {
  const stem = freshName("e2e_file");
  const [text, picture, nothing] = [`${stem}.txt`, `${stem}.png`, `${freshName("e2e_empty")}.txt`];
  const { page, mistakes, close } = await openPage();
  await page.goto("/files");
  const input = page.getByLabel("Files to upload");
  await input.waitFor({ state: "attached" });
  await input.setInputFiles([
    { name: text, mimeType: "text/plain", buffer: Buffer.from("first") },
    { name: picture, mimeType: "image/png", buffer: PICTURE },
    { name: nothing, mimeType: "text/plain", buffer: Buffer.alloc(0) },
  ]);
  const uploads = page.getByRole("list", { name: "Uploads" });
  await uploads.locator('[data-upload="done"]').nth(2).waitFor();
  await input.setInputFiles([{ name: text, mimeType: "text/plain", buffer: Buffer.from("second") }]);
  await uploads.getByRole("button", { name: "Replace the file of this name" }).click();
  await uploads.locator('[data-upload="done"]').nth(3).waitFor();
  await expectAccessible(page);

  await page.goto(await addressOf(text));
  await page.getByRole("heading", { level: 1, name: text }).waitFor();
  const content = page.getByRole("textbox", { name: `Content of ${text}` });
  await content.waitFor();
  await expect.poll(() => content.inputValue()).toBe("second");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Download/ }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe(text);
  expect(await readFile(await download.path(), "utf8")).toBe("second");

  await page.goto(await addressOf(nothing));
  await page.getByText("The file is empty.").waitFor();
  const empty = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Download/ }).click();
  expect(await readFile(await (await empty).path(), "utf8")).toBe("");

  await page.goto(await addressOf(picture));
  const shown = page.getByRole("img", { name: picture });
  // Its frame is there before the picture is.
  const width = await shown.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return image.naturalWidth;
  });
  expect(width).toBe(1);
  await expectAccessible(page);
  expect(mistakes).toEqual([]);
  await close();
});

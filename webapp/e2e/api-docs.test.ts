// The page at /api/docs: served by us under the strict policy, and good for sending a request as somebody.
import { expect, it } from "vitest";
import { ACCOUNT, latheUrl, openPage, request, send } from "./lathe";

it("shows every operation, and sends one with a token", async () => {
  await request("GET", "/api/status");
  const login = await send("POST", "/api/auth/login", ACCOUNT);
  const { access_token: token } = (await login.json()) as { access_token: string };
  const { page, mistakes, close } = await openPage({ as: "nobody" });
  const strangers: string[] = [];
  page.on("request", (asked) => {
    if (asked.url().startsWith("http") && !asked.url().startsWith(`${latheUrl()}/`))
      strangers.push(asked.url());
  });
  await page.goto("/api/docs");
  await page.getByRole("heading", { name: /Lathe/ }).first().waitFor();
  await page.getByRole("button", { name: "Authorize" }).first().click();
  const bearer = page.locator(".modal-ux .auth-container").first();
  await bearer.getByRole("textbox").fill(token);
  await bearer.getByRole("button", { name: /Apply/ }).click();
  await bearer.getByRole("button", { name: "Close" }).click();
  await page.locator("#operations-tag-server").click();
  const operation = page.locator("#operations-server-get_status");
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = operation.locator(".live-responses-table tr.response");
  await answer.getByText("200", { exact: true }).waitFor();
  await answer.getByText("backend").first().waitFor();
  expect(strangers).toEqual([]);
  expect(mistakes).toEqual([]);
  await close();
});

// The page of an application: what it says as long as nothing is live, and what it shows of the parts that are no models.
import { describe, expect, it } from "vitest";
import {
  createWorkflow,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  openPage,
  request,
} from "./lathe";

const models = [{ name: "notes", fields: [{ name: "title", type: "text" }] }];

describe("the page of an application", () => {
  it("says once that nothing is live, and what puts it live", async () => {
    const name = freshName("e2e_page");
    const { id } = await request("POST", "/api/applications", { name, models });
    const { page, mistakes, close } = await openPage();
    await page.goto(`/applications/${id}`);
    await page.getByRole("heading", { name: "Not live yet" }).waitFor();
    await page.getByText(/^“Ship” generates its program/).waitFor();
    await page.getByRole("region", { name: "Environment" }).waitFor();
    for (const section of ["What is live", "Health", "Log", "Components"])
      expect(await page.getByRole("region", { name: section, exact: true }).count(), section).toBe(0);
    await expectAccessible(page);
    expect(mistakes).toEqual([]);
    await close();
  });

  it("shows its components, and leads to what they are", async () => {
    const name = freshName("e2e_parts");
    const shipping = freshName("e2e_parts_ship");
    const prompt = freshName("e2e_parts_prompt");
    const workflow = await createWorkflow({
      lathe: 1,
      name: shipping,
      inputs: { application: { type: "string" } },
      nodes: [{ id: "a", kind: "script.run", with: { script: "1" } }],
    });
    await request("POST", "/api/prompts", { name: prompt, content: "Write to {{ customer }}." });
    const { id } = await request("POST", "/api/applications", {
      name,
      models,
      components: [
        { name: "ship", kind: "workflow", uses: shipping, description: "Puts it on the shelf" },
        { name: "letter", kind: "prompt", uses: prompt },
      ],
    });
    const { page, mistakes, close } = await openPage();
    await page.goto(`/applications/${id}`);
    const parts = page.getByRole("list", { name: "Components" }).getByRole("listitem");
    const ship = parts.filter({ hasText: "Puts it on the shelf" });
    await ship.getByText("“Ship” runs it").waitFor();
    await parts.filter({ hasText: "letter" }).getByRole("link", { name: prompt }).waitFor();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 850 });
    await expectNoSidewaysScroll(page);
    await ship.getByRole("link", { name: shipping }).click();
    await page.waitForURL(`**/workflows/${workflow}`);
    expect(mistakes).toEqual([]);
    await close();
  });
});

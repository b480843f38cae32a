// What the tests of the designer have in common: nodes that do no more than to be there, and what the server has kept.
import type { Page } from "playwright-core";
import { type Json, request } from "./lathe";

export const node = (page: Page, id: string) => page.locator(`[data-node="${id}"]`);

/** What has the keyboard when a node does. */
export const focusable = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);

export const set = (id: string, more: Json = {}) => ({
  id,
  kind: "data.set",
  with: { values: { n: 1 } },
  ...more,
});

export async function documentOf(id: string): Promise<Json> {
  return (await request("GET", `/api/workflows/${id}`)).document as Json;
}

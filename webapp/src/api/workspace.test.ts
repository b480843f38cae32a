// A page begins in the workspace that its address names, and in the remembered one elsewhere.
import { beforeEach, expect, it, vi } from "vitest";

const OTHER = "0198f3a2-0000-7000-8000-000000000000";

/** As at the load of a page. */
async function openedAt(address: string) {
  window.history.replaceState(null, "", address);
  vi.resetModules();
  return import("./workspace");
}

beforeEach(() => localStorage.clear());

it("begins in the workspace of its address, remembers it, and shows the address without it", async () => {
  const { addressIn } = await openedAt("/");
  const { chosenWorkspace } = await openedAt(addressIn(OTHER, "/runs?status=failed#last"));
  expect(chosenWorkspace()).toBe(OTHER);
  expect(window.location.pathname + window.location.search + window.location.hash).toBe(
    "/runs?status=failed#last",
  );
  expect((await openedAt("/")).chosenWorkspace()).toBe(OTHER);
  expect((await openedAt(addressIn(undefined, "/"))).chosenWorkspace()).toBeUndefined();
});

it("is where it was as long as nobody goes: an address alone chooses nothing", async () => {
  const { addressIn, chosenWorkspace } = await openedAt("/");
  addressIn(OTHER, "/dashboard");
  expect(chosenWorkspace()).toBeUndefined();
});

it("takes nothing from an address that is no id", async () => {
  const { chosenWorkspace } = await openedAt("/?workspace=elsewhere");
  expect(chosenWorkspace()).toBeUndefined();
});

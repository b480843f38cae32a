// A page begins in the remembered workspace, and in another only where this tab was sent there: an address alone chooses none.
import { afterEach, beforeEach, expect, it, vi } from "vitest";

const OTHER = "0198f3a2-0000-7000-8000-000000000000";
const THIRD = "0198f3a2-0000-7000-8000-000000000001";

/** As at the load of a page. */
async function openedAt(address: string) {
  window.history.replaceState(null, "", address);
  vi.resetModules();
  return import("./workspace");
}

/** Goes there as far as the browser's own question: the address it was sent to. */
async function enteredFrom(address: string, id: string | undefined, path: string): Promise<string> {
  const { enterWorkspace } = await openedAt(address);
  const assign = vi.spyOn(window.location, "assign").mockImplementation(() => undefined);
  enterWorkspace(id, path);
  const [[sentTo] = []] = assign.mock.calls;
  assign.mockRestore();
  return String(sentTo);
}

const shown = () => window.location.pathname + window.location.search + window.location.hash;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => vi.unstubAllGlobals());

it("begins in the workspace that it was sent to, remembers it, and shows the address without it", async () => {
  const address = await enteredFrom("/", OTHER, "/runs?status=failed#last");
  const { chosenWorkspace } = await openedAt(address);
  expect(chosenWorkspace()).toBe(OTHER);
  expect(shown()).toBe("/runs?status=failed#last");
  expect((await openedAt("/")).chosenWorkspace()).toBe(OTHER);
  const back = await enteredFrom("/", undefined, "/");
  expect((await openedAt(back)).chosenWorkspace()).toBeUndefined();
});

it("is where it was as long as nobody goes", async () => {
  await enteredFrom("/", OTHER, "/dashboard");
  expect((await openedAt("/")).chosenWorkspace()).toBeUndefined();
});

it("takes nothing from the address of a link, and shows it without", async () => {
  const { addressIn } = await openedAt("/");
  const { chosenWorkspace } = await openedAt(addressIn(OTHER, "/runs?status=failed"));
  expect(chosenWorkspace()).toBeUndefined();
  expect(shown()).toBe("/runs?status=failed");
});

it("goes where it was sent once, and nowhere else", async () => {
  const address = await enteredFrom("/", OTHER, "/dashboard");
  expect((await openedAt(address.replace(OTHER, THIRD))).chosenWorkspace()).toBeUndefined();
  // The mark was used up by the page that came next.
  expect((await openedAt(address)).chosenWorkspace()).toBeUndefined();
});

it("leaves no mark to a reload of who stayed", async () => {
  const address = await enteredFrom("/designer", OTHER, "/dashboard");
  expect((await openedAt("/designer")).chosenWorkspace()).toBeUndefined();
  expect((await openedAt(address)).chosenWorkspace()).toBeUndefined();
});

it("stays in its workspace where no mark can be left", async () => {
  localStorage.setItem("lathe.workspace", THIRD);
  vi.stubGlobal("sessionStorage", undefined);
  const address = await enteredFrom("/", OTHER, "/dashboard");
  const { chosenWorkspace } = await openedAt(address);
  expect(chosenWorkspace()).toBe(THIRD);
  expect(shown()).toBe("/dashboard");
});

it("takes nothing from an address that is no id", async () => {
  sessionStorage.setItem("lathe.workspace.entering", "elsewhere");
  const { chosenWorkspace } = await openedAt("/?workspace=elsewhere");
  expect(chosenWorkspace()).toBeUndefined();
});

// Which component "Ship" runs.
import { expect, it } from "vitest";
import { isShipped } from "./components";

it("says that the workflow called ship is run, unless the configuration names another", () => {
  expect(isShipped({ kind: "workflow", name: "ship" }, {})).toBe(true);
  expect(isShipped({ kind: "workflow", name: "ship" }, { ship_workflow: "other" })).toBe(false);
  expect(isShipped({ kind: "workflow", name: "report" }, {})).toBe(false);
  expect(isShipped({ kind: "prompt", name: "ship" }, {})).toBe(false);
});

// Only what begins a run leads to one.
import { expect, it } from "vitest";
import { begunRun } from "./begun-run";

it("finds the run of what begins one", () => {
  const after = { id: "7", workflow_name: "ship_bookshop" };
  expect(begunRun({ action: "generate_application", after })).toBe("7");
  expect(begunRun({ action: "roll_back", after })).toBe("7");
});

it("finds none where there is none", () => {
  expect(begunRun({ action: "update_application", after: { id: "7" } })).toBeUndefined();
  expect(begunRun({ action: "generate_application", after: null })).toBeUndefined();
});

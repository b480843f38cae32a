// How an edge looks follows from what its ends are doing.
import { expect, it } from "vitest";
import { edgeState } from "./progress";

it("shows where the run has been, is, and will not go", () => {
  expect(edgeState(undefined, undefined, false)).toBe("idle");
  expect(edgeState("running", "pending", false)).toBe("waiting");
  expect(edgeState("succeeded", "running", false)).toBe("active");
  expect(edgeState("succeeded", "succeeded", false)).toBe("taken");
  expect(edgeState("succeeded", "skipped", false)).toBe("dead");
  expect(edgeState("failed", "pending", false)).toBe("dead");
});

it("takes an error edge only after a failure", () => {
  expect(edgeState("succeeded", "running", true)).toBe("dead");
  expect(edgeState("failed", "running", true)).toBe("active");
});

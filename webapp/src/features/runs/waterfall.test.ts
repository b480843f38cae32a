// Bars stand where the time went.
import { expect, it } from "vitest";
import type { StepState } from "./run-state";
import { barOf, inOrderOfTime } from "./waterfall";

const at = (ms: number) => new Date(ms).toISOString();
const step = (node: string, start: number | null, end: number | null) =>
  ({
    node,
    path: node,
    status: "succeeded",
    startedAt: start && at(start),
    finishedAt: end && at(end),
  }) as StepState;

it("gives each step its share of the run", () => {
  expect(barOf(step("a", 1_000, 1_500), 1_000, 2_000)).toEqual({ start: 0, end: 0.5 });
  expect(barOf(step("b", 1_500, null), 1_000, 2_000)).toEqual({ start: 0.5, end: 1 });
  expect(barOf(step("c", null, null), 1_000, 2_000)).toBeUndefined();
});

it("orders by time, then as the document does", () => {
  const steps = [step("d", null, null), step("c", null, null), step("b", 2, 3), step("a", 1, 2)];
  expect(inOrderOfTime(steps, ["a", "b", "c", "d"]).map(({ node }) => node)).toEqual(["a", "b", "c", "d"]);
});

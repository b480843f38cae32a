// The steps that a run waited for, backwards from its end.
import { expect, it } from "vitest";
import { criticalPath, type Timed } from "./critical-path";

const at = (ms: number) => new Date(ms).toISOString();
const step = (path: string, start: number, end: number | null): Timed => ({
  path,
  node: path.split(".").at(-1) ?? path,
  status: end === null ? "running" : "succeeded",
  startedAt: at(start),
  finishedAt: end === null ? null : at(end),
});
const edge = (written: string) => {
  const [from = "", to = ""] = written.split(" -> ");
  return { from, to };
};

it("goes back by what ended last", () => {
  const steps = [step("a", 0, 5), step("slow", 5, 50), step("quick", 5, 9), step("join", 50, 60)];
  const edges = ["a -> slow", "a -> quick", "slow -> join", "quick -> join"].map(edge);
  expect([...criticalPath(steps, edges, 60)]).toEqual(["a", "slow", "join"]);
});

it("ends with what still runs", () => {
  const steps = [step("a", 0, 5), step("done", 5, 9), step("runs", 5, null)];
  expect([...criticalPath(steps, ["a -> done", "a -> runs"].map(edge), 100)]).toEqual(["a", "runs"]);
});

it("leaves out what did not run, and what nothing waited for", () => {
  const skipped: Timed = { ...step("b", 0, 99), status: "skipped" };
  expect([...criticalPath([step("a", 0, 5), skipped, step("apart", 0, 2)], [edge("a -> b")], 99)]).toEqual([
    "a",
  ]);
});

it("goes through the turns of a loop", () => {
  const steps = [
    step("each", 0, 40),
    step("each[0].get", 0, 10),
    step("each[0].put", 10, 20),
    step("each[1].get", 20, 30),
    step("each[1].put", 30, 40),
    step("after", 40, 45),
  ];
  const edges = ["get -> put", "each -> after"].map(edge);
  expect(new Set(criticalPath(steps, edges, 45))).toEqual(new Set(steps.map(({ path }) => path)));
  const together = [step("each", 0, 40), step("each[0].get", 0, 10), step("each[1].get", 0, 39)];
  expect(new Set(criticalPath(together, edges, 45))).toEqual(new Set(["each", "each[1].get"]));
});

// What is said of a plan, and whether it may be carried out.
import { expect, it } from "vitest";
import type { PlannedChange, ShipPlan } from "@/api/types";
import { allowed, detailInWords, lackingInputs, obstacle, shipsAtOnce, stakeInWords } from "./ship-plan";

const PLAN: ShipPlan = {
  basis: "live",
  changes: [],
  pending: [],
  problems: [],
  needs: { drop: false, tighten: false },
  sql: null,
  workflow: { id: null, name: "ship_application", takes: { drop: true, tighten: true } },
};
const both = (drop: boolean, tighten: boolean) => ({ drop, tighten });

it("ships at once only where nothing is there yet", () => {
  expect(shipsAtOnce(PLAN)).toBe(false);
  expect(shipsAtOnce({ ...PLAN, basis: "nothing" })).toBe(true);
  expect(shipsAtOnce({ ...PLAN, basis: "nothing", problems: ["it has no models"] })).toBe(false);
});

it("asks for what is needed, and for nothing else", () => {
  expect(obstacle(PLAN, both(false, false))).toBeNull();
  const drop = { ...PLAN, needs: both(true, false) };
  expect(obstacle(drop, both(false, true))).toMatch(/deleted/);
  expect(obstacle(drop, both(true, false))).toBeNull();
  const all = { ...PLAN, needs: both(true, true) };
  expect(obstacle(all, both(true, false))).toMatch(/stricter/);
  expect(obstacle(all, both(true, true))).toBeNull();
  expect(obstacle({ ...PLAN, problems: ["no"] }, both(true, true))).toMatch(/above/);
});

it("knows which inputs the workflow lacks", () => {
  const workflow = { id: "1", name: "own", takes: both(false, false) };
  const plan = { ...PLAN, workflow, needs: both(true, false) };
  expect(lackingInputs(plan)).toEqual(["allow_drop"]);
  expect(obstacle(plan, both(true, true))).toMatch(/workflow/);
  expect(lackingInputs({ ...plan, needs: both(false, false) })).toEqual([]);
});

it("takes a word for the changes only that it was given for", () => {
  const change: PlannedChange = {
    action: "removed",
    part: "field",
    model: "books",
    name: "pages",
    details: [],
    needs: "drop",
    reason: "it is gone",
  };
  const plan = { ...PLAN, changes: [change], needs: both(true, false) };
  const word = { allow: both(true, false), plan };
  expect(allowed(undefined, plan)).toEqual(both(false, false));
  expect(allowed(word, undefined)).toEqual(both(false, false));
  expect(allowed(word, { ...plan, changes: [{ ...change }] })).toEqual(both(true, false));
  const more = [change, { ...change, name: "title" }];
  expect(allowed(word, { ...plan, changes: more })).toEqual(both(false, false));
  expect(allowed(word, { ...plan, pending: [change] })).toEqual(both(false, false));
});

it("says what is at stake", () => {
  const change: PlannedChange = {
    action: "removed",
    part: "field",
    model: "books",
    name: "pages",
    details: [],
    needs: "drop",
    reason: "it is gone",
  };
  expect(stakeInWords(change)).toBe("Its values in all records are deleted.");
  expect(stakeInWords({ ...change, needs: null })).toBeNull();
  expect(stakeInWords({ ...change, action: "added", needs: "tighten" })).toMatch(/have no value/);
  expect(detailInWords({ property: "limits", before: "0 … 100", after: "0 … 50" })).toBe(
    "limits `0 … 100` → `0 … 50`",
  );
  expect(detailInWords({ property: "required", before: "true", after: "false" })).toBe("no longer required");
  expect(detailInWords({ property: "type", before: null, after: "text" })).toBe("`text`");
});

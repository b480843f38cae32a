// One question says all that is left behind, each thing once, and offers to save what can be saved.
import { expect, it, vi } from "vitest";
import type { Loss } from "@/lib/unsaved";
import { leftBehind, questionOf } from "./leave-question";

const TYPED: Loss = { kind: "typed" };
const SHOWN: Loss = { kind: "shown" };
const PIN: Loss = { kind: "typed", says: "The pin is lost." };

const draft = (says: string, save = async () => true): Loss => ({
  kind: "draft",
  says,
  isDirty: () => true,
  save,
});
const at = (address: string) => {
  const { pathname, search } = new URL(address, "http://lathe.test");
  return { pathname, search };
};

it("asks nothing where nothing is left behind", () => {
  expect(questionOf([])).toBeUndefined();
});

it("is about a draft alone, which saving keeps", async () => {
  const question = questionOf([draft("The workflow stays.")]);
  expect(question).toMatchObject({
    title: "Leave with unsaved edits?",
    lines: ["The workflow stays."],
    isLossy: false,
  });
  expect(await question?.save?.()).toBe(true);
});

it("says beside a draft what saving does not keep, the draft first and each thing once", () => {
  const question = questionOf([PIN, TYPED, SHOWN, PIN, { ...PIN }, draft("The workflow stays.")]);
  expect(question?.lines).toEqual([
    "The workflow stays.",
    "The pin is lost.",
    "What was typed here is not saved, and is lost.",
    "What stands here is shown only this once. Without a copy of it, it is lost.",
  ]);
  expect(question?.isLossy).toBe(true);
  expect(question?.save).toBeDefined();
});

it("offers no saving where nothing can be saved, and asks for a copy where that is all there is", () => {
  expect(questionOf([PIN])).toEqual({
    title: "Leave with unsaved edits?",
    lines: ["The pin is lost."],
    isLossy: true,
  });
  expect(questionOf([SHOWN])).toMatchObject({ title: "Leave without a copy?", isLossy: true });
  expect(questionOf([SHOWN, TYPED])?.title).toBe("Leave with unsaved edits?");
});

it("saves one draft after the other, up to the one that could not be saved", async () => {
  const third = vi.fn(async () => true);
  const question = questionOf([draft("one"), draft("two", async () => false), draft("three", third)]);
  expect(await question?.save?.()).toBe(false);
  expect(third).not.toHaveBeenCalled();
});

it("leaves a draft with its page only, and a form with its tab, too", () => {
  const all = [draft("The workflow stays."), TYPED];
  expect(leftBehind(at("/settings?tab=account"), at("/runs"), all)).toEqual(all);
  expect(leftBehind(at("/settings?tab=account"), at("/settings?tab=tokens"), all)).toEqual([TYPED]);
  expect(leftBehind(at("/settings?tab=account"), at("/settings?tab=account&more=1"), all)).toEqual([]);
});

// What was typed in an answer is held until it is taken, and whoever waits for it is told of the first key alone.
import { expect, it, vi } from "vitest";
import { TypedAnswers } from "./typed-answers";

it("holds each answer by its wait, and tells of the first key alone", () => {
  const answers = new TypedAnswers();
  const told = vi.fn();
  const stop = answers.watch(told);
  answers.type("one", { reason: "b" });
  const unsent = answers.unsentWaits();
  answers.type("one", { reason: "be" });
  expect(told).toHaveBeenCalledOnce();
  expect(answers.unsentWaits()).toBe(unsent);
  answers.type("two", { reason: "no" });
  expect(answers.unsentWaits()).toEqual(["one", "two"]);
  expect(answers.of("one")).toEqual({ reason: "be" });
  stop();
  answers.type("three", {});
  expect(told).toHaveBeenCalledTimes(2);
});

it("does not count what is on its way, and forgets it once it is taken", async () => {
  const answers = new TypedAnswers();
  answers.type("one", { reason: "because" });
  let take: () => void = () => undefined;
  const sent = answers.send("one", () => new Promise<void>((resolve) => (take = resolve)));
  expect(answers.unsentWaits()).toEqual([]);
  expect(answers.of("one")).toEqual({ reason: "because" });
  take();
  await sent;
  expect(answers.unsentWaits()).toEqual([]);
  expect(answers.of("one")).toBeUndefined();
});

it("has what was not taken still", async () => {
  const answers = new TypedAnswers();
  answers.type("one", { reason: "because" });
  await answers.send("one", () => Promise.reject(new Error("away")));
  expect(answers.unsentWaits()).toEqual(["one"]);
  expect(answers.of("one")).toEqual({ reason: "because" });
});

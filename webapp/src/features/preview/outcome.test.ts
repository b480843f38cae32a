// What a preview's run says of itself.
import { expect, it } from "vitest";
import { outcomeOf } from "./outcome";

it("starts until the run has ended", () => {
  expect(outcomeOf(undefined)).toEqual({ state: "starting" });
  expect(outcomeOf({ status: "running", output: null, error: null })).toEqual({ state: "starting" });
});

it("is ready, and says when rows could not be kept", () => {
  const ended = (rows: string) => outcomeOf({ status: "succeeded", output: { rows }, error: null });
  expect(ended("kept")).toEqual({ state: "ready", rowsWereDropped: false });
  expect(ended("dropped")).toEqual({ state: "ready", rowsWereDropped: true });
});

it("has failed with the sentence of the run", () => {
  const error = { code: "application_invalid", message: "models: add one" };
  expect(outcomeOf({ status: "failed", output: null, error } as never)).toEqual({
    state: "failed",
    message: "models: add one",
  });
});

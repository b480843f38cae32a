// The guide ticks off what there is, and nothing else.
import { expect, it } from "vitest";
import type { Application, ExecutionSummary } from "@/api/types";
import { guideState, isDone, liveAddress } from "./guide-steps";

function application(name: string, models: number, status?: "running" | "stopped" | "failed"): Application {
  const live = status && { status, url: "http://127.0.0.1:40123/", target: "process" };
  return { id: name, name, models: Array.from({ length: models }), live } as unknown as Application;
}

function ran(workflow_name: string): ExecutionSummary {
  return { id: workflow_name, workflow_name, status: "running" } as unknown as ExecutionSummary;
}

it("begins with nothing", () => {
  const state = guideState([], [ran("ship_other")]);
  expect(state.has).toEqual({ application: false, models: false, release: false, live: false });
  expect(state.shipping).toBeUndefined();
});

it("is about the application that is furthest", () => {
  const state = guideState(
    [application("empty", 0), application("shop", 2)],
    [ran("hello"), ran("ship_shop")],
  );
  expect(state.application?.name).toBe("shop");
  expect(state.shipping?.workflow_name).toBe("ship_shop");
  expect(state.has).toEqual({ application: true, models: true, release: false, live: false });
  expect(isDone(state)).toBe(false);
});

it("is done when an application answers, and not when it was stopped", () => {
  const stopped = guideState([application("shop", 1, "stopped")], []);
  expect(stopped.has).toMatchObject({ release: true, live: false });
  const live = guideState([application("shop", 1, "stopped"), application("library", 1, "running")], []);
  expect(live.application?.name).toBe("library");
  expect(isDone(live)).toBe(true);
});

it("gives an address to what runs only", () => {
  expect(liveAddress(application("shop", 1, "running"))).toBeTruthy();
  expect(liveAddress(application("shop", 1, "failed"))).toBeUndefined();
  expect(liveAddress(application("shop", 1))).toBeUndefined();
});

// The guide ticks off what there is, and nothing else.
import { expect, it } from "vitest";
import type { Application, ExecutionSummary } from "@/api/types";
import { guideState, isDone, liveAddress, maybeShipping } from "./guide-steps";

function application(
  name: string,
  models: number,
  status?: "running" | "stopped" | "failed",
  more: object = {},
): Application {
  const live = status && { status, url: "http://127.0.0.1:40123/", target: "process" };
  return {
    ...{ id: name, name, live, models: Array.from({ length: models }) },
    ...{ configuration: {}, components: [], ...more },
  } as unknown as Application;
}

const NOBODY_KNOWS = new Map<string, string | null>();

function ran(workflow_name: string): ExecutionSummary {
  return { id: workflow_name, workflow_name, status: "running" } as unknown as ExecutionSummary;
}

it("begins with nothing", () => {
  const state = guideState([], [ran("ship_other")], NOBODY_KNOWS);
  expect(state.has).toEqual({ application: false, models: false, release: false, live: false });
  expect(state.shipping).toBeUndefined();
});

it("is about the application that is furthest", () => {
  const state = guideState(
    [application("empty", 0), application("shop", 2)],
    [ran("hello"), ran("ship_shop")],
    NOBODY_KNOWS,
  );
  expect(state.application?.name).toBe("shop");
  expect(state.shipping?.workflow_name).toBe("ship_shop");
  expect(state.has).toEqual({ application: true, models: true, release: false, live: false });
  expect(isDone(state)).toBe(false);
});

it("watches the workflow that ships every application only when it ships this one", () => {
  const run = ran("ship_application");
  const shipping = (given: [string, string | null][]) =>
    guideState([application("shop", 1)], [run], new Map(given)).shipping;
  expect(shipping([[run.id, "shop"]])).toBe(run);
  expect(shipping([[run.id, "library"]])).toBeUndefined();
  expect(shipping([[run.id, null]])).toBeUndefined();
  expect(shipping([])).toBeUndefined();
});

it("watches the workflow that the application names, and no other", () => {
  const configured = application("shop", 1, undefined, { configuration: { ship_workflow: "release" } });
  const uses = [{ name: "ship", kind: "workflow", uses: "release" }];
  const composed = application("shop", 1, undefined, { components: uses });
  const runs = [ran("ship_shop"), ran("ship_application"), ran("release")];
  for (const shop of [configured, composed]) {
    expect(maybeShipping(shop, runs).map(({ id }) => id)).toEqual(["release"]);
    expect(guideState([shop], runs, new Map([["release", null]])).shipping?.id).toBe("release");
    expect(guideState([shop], runs, new Map([["release", "library"]])).shipping).toBeUndefined();
  }
});

it("is done when an application answers, and not when it was stopped", () => {
  const stopped = guideState([application("shop", 1, "stopped")], [], NOBODY_KNOWS);
  expect(stopped.has).toMatchObject({ release: true, live: false });
  const live = guideState(
    [application("shop", 1, "stopped"), application("library", 1, "running")],
    [],
    NOBODY_KNOWS,
  );
  expect(live.application?.name).toBe("library");
  expect(isDone(live)).toBe(true);
});

it("gives an address to what runs only", () => {
  expect(liveAddress(application("shop", 1, "running"))).toBeTruthy();
  expect(liveAddress(application("shop", 1, "failed"))).toBeUndefined();
  expect(liveAddress(application("shop", 1))).toBeUndefined();
});

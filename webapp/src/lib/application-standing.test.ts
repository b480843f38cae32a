// The record is believed until the health of what runs is known.
import { expect, it } from "vitest";
import type { ApplicationHealth, LiveRelease } from "@/api/types";
import { liveOf, standingOf, verdictOf } from "./application-standing";

function live(status: LiveRelease["status"]): LiveRelease {
  return { status, release: "3" } as LiveRelease;
}

function health(status: ApplicationHealth["status"], release: string | null = "3"): ApplicationHealth {
  return { status, release } as ApplicationHealth;
}

it("believes the record until the health of what runs is known", () => {
  expect(standingOf(live("running"), undefined)).toBe("running");
  expect(standingOf(live("running"), health("healthy"))).toBe("running");
  expect(standingOf(live("running"), health("unhealthy"))).toBe("unhealthy");
  expect(standingOf(live("running"), health("failed"))).toBe("failed");
  expect(standingOf(live("running"), health("not_deployed", null))).toBe("running");
});

it("takes the health of one release for no other, and none for what does not run", () => {
  expect(standingOf(live("running"), health("unhealthy", "2"))).toBe("running");
  expect(standingOf(live("stopped"), health("failed"))).toBe("stopped");
  expect(standingOf(live("failed"), health("unhealthy"))).toBe("failed");
  expect(standingOf(null, undefined)).toBe("none");
});

it("tells that nothing is live from that it can't be told", () => {
  expect(standingOf(liveOf({ live: null, live_known: true }), undefined)).toBe("none");
  expect(standingOf(liveOf({ live: null, live_known: false }), health("healthy"))).toBe("unknown");
  expect(standingOf(liveOf({ live: live("running"), live_known: true }), undefined)).toBe("running");
});

it("forgets how it was once it does not answer any more", () => {
  expect(verdictOf({ data: health("unhealthy"), isError: false })).toEqual(health("unhealthy"));
  expect(verdictOf({ data: health("unhealthy"), isError: true })).toBeUndefined();
});

// Numbers lead to lists of what they count, over the time that is shown.
import { expect, it } from "vitest";
import type { MetricsHistory } from "@/api/types";
import { tileLinks } from "./tile-links";

const history = {
  points: [{ at: "2026-05-17T11:30:00Z" }, { at: "2026-05-17T11:31:00Z" }],
} as unknown as MetricsHistory;

const ofAll = { history, status: { queue_depth: 3 }, operates: true };

it("leads to the runs that began, to those that failed and to those that ran out of time, since the beginning", () => {
  const links = tileLinks(ofAll);
  expect(links.begun).toBe("/runs?created_at__gte=2026-05-17T11%3A30%3A00Z");
  expect(links.failed).toBe("/runs?status=failed&finished_at__gte=2026-05-17T11%3A30%3A00Z");
  expect(links.timedOut).toBe("/runs?status=timed_out&finished_at__gte=2026-05-17T11%3A30%3A00Z");
});

it("leads to the queue of the server only who sees it, and others to what waits in their workspace", () => {
  expect(tileLinks(ofAll)).toMatchObject({
    queued: "/settings?tab=server",
    runners: "/settings?tab=server",
  });
  const others = tileLinks({ ...ofAll, status: {}, operates: false });
  expect(others.queued).toBe("/runs?status=queued");
  expect(others.runners).toBeUndefined();
});

it("leads nowhere as long as nothing is known", () => {
  const links = tileLinks({ history: undefined, status: undefined, operates: false });
  expect(Object.values(links).filter((link) => link !== undefined)).toEqual([]);
});

// What the corner says when a part of the engine is away.
import { expect, it } from "vitest";
import { summaryOf } from "./summary";

const runner = { id: "r", started_at: "2026-11-23T19:00:00.000Z", last_seen_at: "2026-11-23T19:00:00.000Z" };

it("counts what waits, and says so when that can't be asked", () => {
  const runners = [runner] as never[];
  expect(summaryOf({ runners, queue_depth: 3 })).toEqual({ text: "1 runner · 3 queued", well: true });
  expect(summaryOf({ runners, queue_depth: null })).toEqual({
    text: "1 runner · queue out of reach",
    well: false,
  });
  expect(summaryOf({ runners: [], queue_depth: null }).text).toBe("No runner: nothing will run");
});

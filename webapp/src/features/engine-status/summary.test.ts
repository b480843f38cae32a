// What the corner says when a part of the engine is away.
import { expect, it } from "vitest";
import { summaryOf } from "./summary";

const runner = { id: "r", started_at: "2026-11-23T19:00:00.000Z", last_seen_at: "2026-11-23T19:00:00.000Z" };

it("counts what waits, and says so when that can't be asked", () => {
  const runners = [runner] as never[];
  const told = { has_runner: true, has_queue: true, waiting: 2 };
  expect(summaryOf({ ...told, runners, queue_depth: 3 })).toEqual({
    text: "1 runner · 3 queued",
    well: true,
  });
  expect(summaryOf({ ...told, runners, has_queue: false })).toEqual({
    text: "1 runner · queue out of reach",
    well: false,
  });
  expect(summaryOf(told)).toEqual({ text: "Ready · 2 queued", well: true });
  expect(summaryOf({ ...told, has_runner: false }).text).toBe("No runner: nothing will run");
});

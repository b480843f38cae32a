// What was read and written again unchanged says the same.
import { expect, it } from "vitest";
import type { Schedule } from "@/api/types";
import { bodyOf, draftOf, newDraft } from "./draft";

const SCHEDULE: Schedule = {
  id: "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
  name: "morning",
  workflow_id: "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d12",
  workflow_name: "weather",
  cron: "0 6 * * *",
  timezone: "Europe/Berlin",
  overlap: "queue",
  catch_up: { all: { within: "2h", at_most: 5 } },
  enabled: false,
  inputs: { city: "Berlin" },
  missed: 0,
  next_at: null,
  last_tick_at: null,
  created_at: "2026-11-23T18:04:05.123Z",
  updated_at: "2026-11-23T18:04:05.123Z",
};

it("sends what it has read", () => {
  const body = bodyOf(draftOf(SCHEDULE), SCHEDULE.inputs);
  const { name, workflow_id, cron, timezone, overlap, catch_up, enabled, inputs } = SCHEDULE;
  expect(body).toEqual({ name, workflow_id, cron, timezone, overlap, catch_up, enabled, inputs });
});

it("sends limits only for the policy that has them", () => {
  const draft = { ...newDraft("UTC"), within: "3h" };
  expect(bodyOf(draft, {}).catch_up).toBe("latest");
  expect(bodyOf({ ...draft, catchUp: "all" }, {}).catch_up).toEqual({ all: { within: "3h", at_most: 100 } });
});

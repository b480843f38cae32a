// A schedule while it is written: what the fields hold, and what the API is sent of that.
import type { CatchUp, NewSchedule, Overlap, Schedule } from "@/api/types";
import type { Choice } from "@/components/search-choice";
import type { JsonRecord } from "@/lib/json";

export type CatchUpChoice = "skip" | "latest" | "all";

export interface ScheduleDraft {
  name: string;
  workflow: Choice | undefined;
  cron: string;
  timezone: string;
  overlap: Overlap;
  catchUp: CatchUpChoice;
  within: string;
  atMost: string;
  enabled: boolean;
}

export function newDraft(timezone: string, workflow?: Choice): ScheduleDraft {
  return {
    name: "",
    workflow,
    cron: "0 6 * * MON-FRI",
    timezone,
    overlap: "skip",
    catchUp: "latest",
    within: "1d",
    atMost: "100",
    enabled: true,
  };
}

export function draftOf(schedule: Schedule): ScheduleDraft {
  const { name, workflow_id, workflow_name, cron, timezone, overlap, catch_up, enabled } = schedule;
  const all = typeof catch_up === "object" ? catch_up.all : undefined;
  return {
    name,
    workflow: { id: workflow_id, title: workflow_name },
    cron,
    timezone,
    overlap,
    catchUp: typeof catch_up === "object" ? "all" : catch_up,
    within: all?.within ?? "1d",
    atMost: String(all?.at_most ?? 100),
    enabled,
  };
}

export function bodyOf(draft: ScheduleDraft, inputs: JsonRecord): NewSchedule {
  return {
    name: draft.name.trim(),
    workflow_id: draft.workflow?.id ?? "",
    cron: draft.cron.trim(),
    timezone: draft.timezone,
    overlap: draft.overlap,
    catch_up: catchUpOf(draft),
    enabled: draft.enabled,
    inputs,
  };
}

function catchUpOf({ catchUp, within, atMost }: ScheduleDraft): CatchUp {
  if (catchUp !== "all") return catchUp;
  return { all: { within: within.trim(), at_most: Number(atMost) } };
}

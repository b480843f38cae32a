// The schedules of one workflow, as lines: when each is next, and the way to it.
import { CalendarClock } from "lucide-react";
import { Link } from "react-router";
import type { Schedule } from "@/api/types";
import { Ago } from "@/components/moment";
import { t } from "@/lib/i18n";
import { MOST_SCHEDULES } from "./api/list-of-workflow";
import { cronWords } from "./cron-words";

interface WorkflowSchedulesProps {
  schedules: readonly Schedule[];
  /** Where all of them are, for when there are more than are shown. */
  all: string;
}

export function WorkflowSchedules({ schedules, all }: WorkflowSchedulesProps) {
  if (schedules.length === 0) return null;
  return (
    <>
      <ul
        aria-label={t("Schedules")}
        className="divide-y divide-line overflow-hidden rounded-lg border border-line text-sm"
      >
        {schedules.map((schedule) => (
          <li key={schedule.id}>
            <Link
              to={`/schedules/${schedule.id}`}
              className="flex min-h-10 items-center gap-2 px-2.5 py-1.5 -outline-offset-2 hover:bg-canvas"
            >
              <CalendarClock aria-hidden className="size-4 shrink-0 text-muted" />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{schedule.name}</span>
                <span className="block truncate text-xs text-muted">
                  {cronWords(schedule.cron) ?? schedule.cron} · {schedule.timezone}
                </span>
              </span>
              <span className="shrink-0 text-xs text-muted">
                <Next schedule={schedule} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {schedules.length === MOST_SCHEDULES && (
        <Link to={all} className="text-sm text-accent underline">
          {t("All its schedules")}
        </Link>
      )}
    </>
  );
}

function Next({ schedule }: { schedule: Schedule }) {
  if (!schedule.enabled) return t("disabled");
  return schedule.next_at ? <Ago at={schedule.next_at} /> : t("no further time");
}

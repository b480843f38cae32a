// What begins next by itself.
import { useQuery } from "@tanstack/react-query";
import { CalendarClock } from "lucide-react";
import { Link } from "react-router";
import { Ago } from "@/components/moment";
import { t } from "@/lib/i18n";
import { listNextSchedules } from "./api/list-next-schedules";
import { Panel, ROW, ROWS } from "./panel";

/** Where the screens of schedules are, the app knows. */
export function SchedulePanel({ pathOf }: { pathOf: (id?: string) => string }) {
  const query = useQuery(listNextSchedules(ROWS));
  return (
    <Panel
      title={t("Next")}
      all={pathOf()}
      query={query}
      keyOf={({ id }) => id}
      row={(schedule) => (
        <Link to={pathOf(schedule.id)} className={ROW}>
          <CalendarClock aria-hidden className="size-4 shrink-0 text-muted" />
          <span className="min-w-0 flex-1 truncate">
            <span className="font-medium">{schedule.name}</span>{" "}
            <code className="font-mono text-xs text-muted">{schedule.cron}</code>
          </span>
          <span className="text-muted">
            <Ago at={schedule.nextAt} />
          </span>
        </Link>
      )}
      empty={t("No schedule has a run ahead of it. A schedule begins a workflow at its times.")}
    />
  );
}

// What begins next by itself.
import { useQuery } from "@tanstack/react-query";
import { CalendarClock } from "lucide-react";
import { Link } from "react-router";
import { Ago } from "@/components/moment";
import { t } from "@/lib/i18n";
import { listNextSchedules } from "./api/list-next-schedules";
import { Panel, ROW, ROWS } from "./panel";

/** Where the screens of schedules are, the app knows. */
interface SchedulePanelProps {
  pathOf: (id?: string) => string;
  /** Its times as a sentence, or nothing where they make none. */
  inWords: (cron: string) => string | undefined;
}

export function SchedulePanel({ pathOf, inWords }: SchedulePanelProps) {
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
            <span className="text-muted text-xs" title={schedule.cron}>
              {inWords(schedule.cron) ?? <code className="font-mono">{schedule.cron}</code>}
            </span>
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

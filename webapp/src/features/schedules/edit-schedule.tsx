// The form with a schedule in it; what was typed stays when somebody else was faster.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import type { Schedule } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { type Facts, Opened, useOutdated } from "@/components/opened";
import { t } from "@/lib/i18n";
import { getSchedule } from "./api/get-schedule";
import { useUpdateSchedule } from "./api/update-schedule";
import { catchUpText, overlapName } from "./policy-fields";
import { ScheduleForm } from "./schedule-form";

export function EditSchedule({ id }: { id: string }) {
  const query = useQuery(getSchedule(id));
  return (
    <Opened
      query={query}
      reading={t("Reading the schedule")}
      unreadable={t("The schedule could not be read")}
    >
      {(opened, begin) => <Editing opened={opened} query={query} onTheirs={begin} />}
    </Opened>
  );
}

interface EditingProps {
  opened: Versioned<Schedule>;
  query: UseQueryResult<Versioned<Schedule>>;
  onTheirs: (theirs: Versioned<Schedule>) => void;
}

function Editing({ opened, query, onTheirs }: EditingProps) {
  const navigate = useNavigate();
  const schedule = opened.value;
  const update = useUpdateSchedule(schedule.id);
  const { etag, outdated } = useOutdated({ opened, query, change: update, factsOf, onTheirs });
  return (
    <ScheduleForm
      schedule={schedule}
      failure={update.error}
      busy={update.isPending}
      outdated={outdated}
      onSubmit={(body) =>
        update.mutate({ etag, body }, { onSuccess: () => void navigate(`/schedules/${schedule.id}`) })
      }
    />
  );
}

function factsOf({ value }: Versioned<Schedule>): Facts {
  return [
    [t("Name"), value.name],
    [t("When"), value.cron],
    [t("Time zone"), value.timezone],
    [t("What each run is given"), JSON.stringify(value.inputs)],
    [t("While an earlier run goes on"), overlapName(value.overlap)],
    [t("After a pause of the server"), catchUpText(value.catch_up)],
    [t("Enabled"), value.enabled ? t("yes") : t("no")],
  ];
}

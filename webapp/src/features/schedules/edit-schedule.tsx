// The form with a schedule in it; what was typed stays when somebody else was faster.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { Schedule } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { FailureNotice } from "@/components/failure-notice";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getSchedule } from "./api/get-schedule";
import { useUpdateSchedule } from "./api/update-schedule";
import { ScheduleForm } from "./schedule-form";

export function EditSchedule({ id }: { id: string }) {
  const query = useQuery(getSchedule(id));
  if (query.data) return <Editing opened={query.data} />;
  if (query.isError)
    return (
      <FailureNotice
        failure={query.error}
        title={t("The schedule could not be read")}
        onRetry={() => void query.refetch()}
      />
    );
  return <SkeletonRows label={t("Reading the schedule")} />;
}

function Editing({ opened }: { opened: Versioned<Schedule> }) {
  const navigate = useNavigate();
  // What the form began with: a later reading must not take its mark for what was typed on top of an earlier one.
  const [{ value: schedule, etag }] = useState(opened);
  const update = useUpdateSchedule(schedule.id);
  return (
    <ScheduleForm
      schedule={schedule}
      failure={update.error}
      busy={update.isPending}
      onSubmit={(body) =>
        update.mutate({ etag, body }, { onSuccess: () => void navigate(`/schedules/${schedule.id}`) })
      }
    />
  );
}

// What a schedule does: in words, when it is due next, what became of earlier moments, and the buttons that act on it now.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import type { Schedule } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Paged } from "@/components/paged";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useLeading } from "@/lib/use-leading";
import { getSchedule } from "./api/get-schedule";
import { listTicks } from "./api/list-ticks";
import { listUpcoming } from "./api/list-upcoming";
import { useRunNow } from "./api/run-now";
import { useUpdateSchedule } from "./api/update-schedule";
import { cronWords } from "./cron-words";
import { TickRow } from "./tick-row";
import { Times } from "./times";

export function ScheduleDetail({ id }: { id: string }) {
  const query = useQuery(getSchedule(id));
  if (query.isError && !query.data)
    return (
      <FailureNotice
        failure={query.error}
        title={t("The schedule could not be read")}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data) return <SkeletonRows rows={4} label={t("Reading the schedule")} />;
  const { value: schedule, etag } = query.data;
  return (
    <div className="space-y-4">
      <Actions schedule={schedule} etag={etag} />
      <Coming schedule={schedule} />
      <Past schedule={schedule} />
    </div>
  );
}

function Actions({ schedule, etag }: { schedule: Schedule; etag: string | undefined }) {
  const navigate = useNavigate();
  const mayWrite = useMay("schedules:write");
  const mayRun = useMay("workflows:run");
  const update = useUpdateSchedule(schedule.id);
  const run = useRunNow();
  const [isLeading, lead] = useLeading(({ id }: { id: string }) => navigate(`/runs/${id}`));
  const busy = run.isPending || isLeading;
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap gap-2">
        {mayRun && (
          <Button weight="primary" disabled={busy} onClick={() => run.mutate(schedule, { onSuccess: lead })}>
            <Play aria-hidden className="fill-current" />
            {busy ? t("Starting…") : t("Run now")}
          </Button>
        )}
        {mayWrite && (schedule.enabled || mayRun) && (
          <Button
            disabled={update.isPending}
            onClick={() => update.mutate({ etag, body: { enabled: !schedule.enabled } })}
          >
            {schedule.enabled ? t("Disable") : t("Enable")}
          </Button>
        )}
      </div>
      {run.isError && <FailureNotice failure={run.error} title={t("The run was not started")} />}
      {update.isError && <FailureNotice failure={update.error} title={t("The schedule was not changed")} />}
    </div>
  );
}

function Coming({ schedule }: { schedule: Schedule }) {
  const query = useQuery(listUpcoming(schedule.id));
  const words = cronWords(schedule.cron) ?? schedule.cron;
  return (
    <Section
      title={t("Next times")}
      description={t("{{words}}, by the clock of {{zone}}.", { words, zone: schedule.timezone })}
    >
      {!schedule.enabled && (
        <p className="text-sm text-warn">
          {t("It is disabled and begins nothing. It would be due at these times:")}
        </p>
      )}
      {query.isPending && <SkeletonRows rows={3} label={t("Reading the next times")} />}
      {query.isError && <FailureNotice failure={query.error} title={t("The next times could not be read")} />}
      {query.data && <Times label={t("Next times")} times={query.data.times} zone={schedule.timezone} />}
    </Section>
  );
}

function Past({ schedule }: { schedule: Schedule }) {
  const query = useInfiniteQuery(listTicks(schedule.id));
  return (
    <Section
      title={t("What became of earlier times")}
      description={
        schedule.missed > 0
          ? t(
              "{{count}} runs were left out because nobody could begin them in time, as its rule for pauses says.",
              {
                count: schedule.missed,
              },
            )
          : t("The last thousand are remembered.")
      }
    >
      <Paged
        query={query}
        label={t("Earlier times")}
        reading={t("Reading the earlier times")}
        failed={t("The earlier times could not be read")}
        empty={<p className="text-sm text-muted">{t("It was not due yet. Run it now to try it out.")}</p>}
      >
        {(tick) => <TickRow key={tick.scheduled_for} tick={tick} zone={schedule.timezone} />}
      </Paged>
    </Section>
  );
}

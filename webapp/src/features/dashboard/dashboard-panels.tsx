// How things stand: a first run for who is new, what needs a look, then the numbers over time.

import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/api/profile";
import { useRunNews } from "@/api/run-news";
import { getStatus } from "@/api/status";
import type { HistoryRange } from "@/api/types";
import { FailureNotice } from "@/components/failure-notice";
import { t } from "@/lib/i18n";
import { getHistory } from "./api/get-history";
import { ApplicationPanel } from "./application-panel";
import { Guide, useGuide } from "./guide";
import { HistoryCharts } from "./history-charts";
import { HistoryTable } from "./history-table";
import { FailedPanel, RunningPanel } from "./run-panels";
import { SchedulePanel } from "./schedule-panel";
import { Totals } from "./totals";

interface DashboardPanelsProps {
  range: HistoryRange;
  /** Where schedules are, or one of them. */
  schedulePath: (id?: string) => string;
  /** The times of a schedule as a sentence. */
  cronWords: (cron: string) => string | undefined;
}

export function DashboardPanels({ range, schedulePath, cronWords }: DashboardPanelsProps) {
  const guide = useGuide();
  const seesRuns = useMay("executions:read");
  const seesSchedules = useMay("schedules:read");
  const seesApplications = useMay("applications:read");
  const history = useQuery({ ...getHistory(range), enabled: seesRuns });
  const status = useQuery(getStatus);
  useRunNews("latest", seesRuns);
  // Above all else stands the guide, or nothing: until that is known, nothing could stay in its place.
  if (!guide) return <div role="status" aria-label={t("Reading how things stand")} className="h-96" />;
  return (
    <div className="space-y-3">
      {guide.steps && <Guide steps={guide.steps} />}
      {seesRuns && <Totals history={history.data} status={status.data} />}
      <div className="grid gap-3 lg:grid-cols-2">
        {seesRuns && <RunningPanel />}
        {seesRuns && <FailedPanel />}
        {seesSchedules && <SchedulePanel pathOf={schedulePath} inWords={cronWords} />}
        {seesApplications && <ApplicationPanel />}
      </div>
      {history.isError && !history.data && (
        <FailureNotice
          failure={history.error}
          title={t("The history of runs could not be read")}
          onRetry={() => history.refetch()}
        />
      )}
      {seesRuns && !history.isError && !history.data && <ChartsToCome />}
      {history.data && <HistoryCharts history={history.data} />}
      {history.data && <HistoryTable history={history.data} />}
    </div>
  );
}

function ChartsToCome() {
  return (
    <div role="status" aria-label={t("Reading the history of runs")} className="grid gap-3 lg:grid-cols-2">
      {["runs", "failures", "duration", "load"].map((chart) => (
        <div key={chart} className="h-54 rounded-lg border border-line motion-safe:animate-pulse" />
      ))}
    </div>
  );
}

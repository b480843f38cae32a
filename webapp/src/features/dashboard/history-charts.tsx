// The history of runs as charts: how many ended and how, how many failed, how long they took, how busy the server was.
import type { MetricsHistory } from "@/api/types";
import { t } from "@/lib/i18n";
import { Chart } from "./chart";
import { linearScale, logScale } from "./chart-scale";
import { formatCount, formatMs, formatShare, stepName } from "./numbers";

export function HistoryCharts({ history }: { history: MetricsHistory }) {
  const { points, step_seconds: stepSeconds, totals } = history;
  const common = { times: points.map(({ at }) => Date.parse(at)), stepSeconds };
  const failed = points.map((point) => point.failed + point.timed_out);
  const ended = points.map((point, index) => point.succeeded + point.cancelled + (failed[index] ?? 0));
  const allFailed = totals.failed + totals.timed_out;
  const allEnded = allFailed + totals.succeeded + totals.cancelled;
  const share = formatShare(allFailed, allEnded);
  const durations = points.flatMap(({ p50_ms, p99_ms }) => [p50_ms, p99_ms]);
  const busy = points.flatMap(({ queued, running, runners }) => [queued ?? 0, running ?? 0, runners ?? 0]);
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Chart
        {...common}
        title={t("Runs that ended")}
        kind="bars"
        format={formatCount}
        scale={linearScale(Math.max(0, ...ended))}
        series={[
          { name: t("Succeeded"), look: "ok", values: points.map(({ succeeded }) => succeeded) },
          { name: t("Failed"), look: "bad", values: failed },
          { name: t("Cancelled"), look: "muted", values: points.map(({ cancelled }) => cancelled) },
        ]}
        summary={t("{{number}} runs, counted {{step}}", {
          count: allEnded,
          number: formatCount(allEnded),
          step: stepName(stepSeconds),
        })}
      />
      <Chart
        {...common}
        title={t("Failures")}
        kind="bars"
        format={formatCount}
        scale={linearScale(Math.max(0, ...failed))}
        series={[
          { name: t("Failed"), look: "bad", values: points.map((point) => point.failed) },
          { name: t("Timed out"), look: "warn", values: points.map((point) => point.timed_out) },
        ]}
        summary={
          allFailed === 0
            ? t("None in this time")
            : t("{{failed}} of {{ended}} runs ({{share}})", {
                failed: formatCount(allFailed),
                ended: formatCount(allEnded),
                share,
              })
        }
      />
      <Chart
        {...common}
        title={t("Duration")}
        kind="lines"
        format={formatMs}
        scale={logScale(durations)}
        series={[
          { name: "p50", look: "accent", values: points.map(({ p50_ms }) => p50_ms) },
          { name: "p95", look: "warn", values: points.map(({ p95_ms }) => p95_ms) },
          { name: "p99", look: "bad", values: points.map(({ p99_ms }) => p99_ms) },
        ]}
        summary={
          totals.p50_ms === null || totals.p95_ms === null
            ? t("No run ended in this time")
            : t("Half took at most {{half}}, 95 of 100 at most {{most}}", {
                half: formatMs(totals.p50_ms),
                most: formatMs(totals.p95_ms),
              })
        }
      />
      {points.some(({ queued, running }) => queued !== null || running !== null) && (
        <Chart
          {...common}
          title={t("Load of the server")}
          kind="lines"
          format={formatCount}
          scale={linearScale(Math.max(0, ...busy))}
          series={[
            { name: t("Running"), look: "accent", values: points.map(({ running }) => running) },
            { name: t("Queued"), look: "warn", values: points.map(({ queued }) => queued) },
            { name: t("Runners"), look: "muted", values: points.map(({ runners }) => runners) },
          ]}
          summary={t("All workspaces: the most at once {{step}}", { step: stepName(stepSeconds) })}
        />
      )}
    </div>
  );
}

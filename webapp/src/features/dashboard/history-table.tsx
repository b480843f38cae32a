// The numbers of the charts as a table, for whoever would rather read than look: the steps in which something happened.
import { useState } from "react";
import type { MetricsHistory } from "@/api/types";
import { t } from "@/lib/i18n";
import { formatCount, formatMoment, formatMs } from "./numbers";

const CELL = "px-2 py-1 text-right first:text-left";

export function HistoryTable({ history }: { history: MetricsHistory }) {
  const [open, setOpen] = useState(false);
  const happened = history.points.filter(
    ({ begun, succeeded, failed, cancelled, timed_out }) =>
      begun + succeeded + failed + cancelled + timed_out > 0,
  );
  const duration = (ms: number | null) => (ms === null ? "–" : formatMs(ms));
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className="text-sm">
      <summary className="w-fit rounded-sm py-1 text-muted hover:text-ink">{t("Numbers as a table")}</summary>
      {open && happened.length === 0 && <p className="py-2 text-muted">{t("Nothing in this time")}</p>}
      {open && happened.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keys.
        <section tabIndex={0} aria-label={t("Runs over time")} className="max-h-96 overflow-auto">
          <table className="w-full whitespace-nowrap rounded-md border border-line">
            <thead className="sticky top-0 bg-sunken text-xs text-muted">
              <tr>
                {[
                  t("From"),
                  t("Begun"),
                  t("Succeeded"),
                  t("Failed"),
                  t("Timed out"),
                  t("Cancelled"),
                  "p50",
                  "p95",
                  "p99",
                ].map((head) => (
                  <th key={head} scope="col" className={`${CELL} font-medium`}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {happened.toReversed().map((point) => (
                <tr key={point.at}>
                  <th scope="row" className={`${CELL} font-normal`}>
                    {formatMoment(Date.parse(point.at), history.step_seconds)}
                  </th>
                  <td className={CELL}>{formatCount(point.begun)}</td>
                  <td className={CELL}>{formatCount(point.succeeded)}</td>
                  <td className={CELL}>{formatCount(point.failed)}</td>
                  <td className={CELL}>{formatCount(point.timed_out)}</td>
                  <td className={CELL}>{formatCount(point.cancelled)}</td>
                  <td className={CELL}>{duration(point.p50_ms)}</td>
                  <td className={CELL}>{duration(point.p95_ms)}</td>
                  <td className={CELL}>{duration(point.p99_ms)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

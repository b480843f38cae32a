// The numbers that one wants to know at a glance: over the time that is shown, and of now. They lead to what they count.
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import type { MetricsHistory, ServerStatus } from "@/api/types";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { formatCount, formatMs, formatShare } from "./numbers";
import { tileLinks } from "./tile-links";

interface TotalsProps {
  history: MetricsHistory | undefined;
  status: ServerStatus | undefined;
}

export function Totals({ history, status }: TotalsProps) {
  const links = tileLinks({ history, status, operates: useMay("server:admin") });
  const totals = history?.totals;
  const ended = totals && totals.succeeded + totals.cancelled + totals.failed + totals.timed_out;
  const ms = (value: number | null | undefined) =>
    value === undefined ? undefined : value === null ? "–" : formatMs(value);
  const runners = status && (status.runners?.length ?? (status.has_runner ? t("Ready") : t("None")));
  const queued = status && (status.queue_depth ?? status.waiting);
  const hasTrouble = status !== undefined && !status.has_runner;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-3 xl:grid-cols-6">
      <Tile name={t("Runs begun")} to={links.begun} value={totals && formatCount(totals.begun)} />
      <Tile
        name={t("Failed")}
        to={links.failed}
        value={totals && formatCount(totals.failed)}
        note={ended ? formatShare(totals?.failed ?? 0, ended) : undefined}
        tone={totals?.failed ? "text-bad" : undefined}
        more={
          totals &&
          totals.timed_out > 0 &&
          links.timedOut && (
            <Link
              to={links.timedOut}
              className="relative -my-1 truncate rounded-sm py-1 text-xs text-bad underline -outline-offset-2"
            >
              {t("{{count}} timed out", { count: totals.timed_out })}
            </Link>
          )
        }
      />
      <Tile name={t("Median duration")} value={ms(totals?.p50_ms)} />
      <Tile name={t("95th percentile")} value={ms(totals?.p95_ms)} />
      <Tile
        name={t("Queued now")}
        to={links.queued}
        value={queued !== undefined ? formatCount(queued) : undefined}
      />
      <Tile
        name={t("Runners")}
        to={links.runners}
        value={runners !== undefined ? String(runners) : undefined}
        note={hasTrouble ? t("nothing will run") : undefined}
        tone={hasTrouble ? "text-bad" : undefined}
      />
    </dl>
  );
}

interface TileProps {
  name: string;
  /** Where what is counted can be seen. */
  to?: string | undefined;
  value: string | undefined;
  note?: string;
  tone?: string;
  /** What is counted beside it, with a link of its own. */
  more?: ReactNode;
}

/**
 * All of it can be pressed: the link lies over name and number, which stay the parts of a list that they are, and under the link
 * of what is counted beside.
 */
function Tile({ name, to, value, note, tone, more }: TileProps) {
  return (
    <div className="relative bg-page px-3.5 py-2.5 has-[a:hover]:bg-canvas">
      <dt className="truncate text-xs text-muted">
        {name}
        {to && (
          <Link
            to={to}
            aria-label={t("{{what}}: show all", { what: name })}
            className="absolute inset-0 -outline-offset-2"
          />
        )}
      </dt>
      <dd className={cn("flex h-7 items-baseline gap-1.5", tone)}>
        <span className="text-xl font-semibold">{value ?? <span className="text-muted">…</span>}</span>
        {note && <span className="text-xs">{note}</span>}
        {more}
      </dd>
    </div>
  );
}

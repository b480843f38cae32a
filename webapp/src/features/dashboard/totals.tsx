// The numbers that one wants to know at a glance: over the time that is shown, and of now.
import type { MetricsHistory, ServerStatus } from "@/api/types";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { formatCount, formatMs, formatShare } from "./numbers";

interface TotalsProps {
  totals: MetricsHistory["totals"] | undefined;
  status: ServerStatus | undefined;
}

export function Totals({ totals, status }: TotalsProps) {
  const failed = totals && totals.failed + totals.timed_out;
  const ended = totals && failed !== undefined ? totals.succeeded + totals.cancelled + failed : undefined;
  const ms = (value: number | null | undefined) =>
    value === undefined ? undefined : value === null ? "–" : formatMs(value);
  const runners = status && (status.runners?.length ?? (status.has_runner ? t("Ready") : t("None")));
  const queued = status && (status.queue_depth ?? status.waiting);
  const hasTrouble = status !== undefined && !status.has_runner;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-3 xl:grid-cols-6">
      <Tile name={t("Runs begun")} value={totals && formatCount(totals.begun)} />
      <Tile
        name={t("Failed")}
        value={failed !== undefined ? formatCount(failed) : undefined}
        note={ended ? formatShare(failed ?? 0, ended) : undefined}
        tone={failed ? "text-bad" : undefined}
      />
      <Tile name={t("Median duration")} value={ms(totals?.p50_ms)} />
      <Tile name={t("95th percentile")} value={ms(totals?.p95_ms)} />
      <Tile name={t("Queued now")} value={queued !== undefined ? formatCount(queued) : undefined} />
      <Tile
        name={t("Runners")}
        value={runners !== undefined ? String(runners) : undefined}
        note={hasTrouble ? t("nothing will run") : undefined}
        tone={hasTrouble ? "text-bad" : undefined}
      />
    </dl>
  );
}

interface TileProps {
  name: string;
  value: string | undefined;
  note?: string;
  tone?: string;
}

function Tile({ name, value, note, tone }: TileProps) {
  return (
    <div className="bg-page px-3.5 py-2.5">
      <dt className="truncate text-xs text-muted">{name}</dt>
      <dd className={cn("flex h-7 items-baseline gap-1.5", tone)}>
        <span className="text-xl font-semibold">{value ?? <span className="text-muted">…</span>}</span>
        {note && <span className="text-xs">{note}</span>}
      </dd>
    </div>
  );
}

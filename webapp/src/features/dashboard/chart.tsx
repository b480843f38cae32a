// A chart over time: bars that stand on each other, or lines. What the pointer or the keys stand on is read out in words,
// in the line that otherwise sums up.
import { type PointerEvent, useState } from "react";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { HEIGHT, linePath, pointAt, type Scale, stackedBars, type Values } from "./chart-scale";
import { formatMoment } from "./numbers";

export interface Series {
  name: string;
  look: Look;
  values: Values;
}

export type Look = "ok" | "bad" | "warn" | "accent" | "muted";

interface ChartProps {
  title: string;
  kind: "bars" | "lines";
  /** When each point begins. */
  times: readonly number[];
  stepSeconds: number;
  series: readonly Series[];
  scale: Scale;
  format: (value: number) => string;
  /** All of it in a few words. */
  summary: string;
}

const FILL: Record<Look, string> = {
  ok: "fill-ok",
  bad: "fill-bad",
  warn: "fill-warn",
  accent: "fill-accent",
  muted: "fill-muted",
};
const STROKE: Record<Look, string> = {
  ok: "stroke-ok",
  bad: "stroke-bad",
  warn: "stroke-warn",
  accent: "stroke-accent",
  muted: "stroke-muted",
};
const SWATCH: Record<Look, string> = {
  ok: "bg-ok",
  bad: "bg-bad",
  warn: "bg-warn",
  accent: "bg-accent",
  muted: "bg-muted",
};
/** Lines differ by more than their colour. */
const DASHES = [undefined, "5 3", "1.5 3"];

export function Chart({ title, kind, times, stepSeconds, series, scale, format, summary }: ChartProps) {
  const [at, setAt] = useState<number>();
  const last = Math.max(times.length - 1, 0);
  const point = at === undefined ? undefined : Math.min(at, last);
  const told = (index: number) => {
    const moment = formatMoment(times[index] ?? 0, stepSeconds);
    const values = series.map(({ name, values }) => `${name} ${tell(values[index], format)}`);
    return `${moment}: ${values.join(", ")}`;
  };
  const follow = (event: PointerEvent<HTMLInputElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setAt(pointAt((event.clientX - left) / width, times.length));
  };
  const name = `${title}. ${summary}`;
  const isEmpty = series.every(({ values }) => values.every((value) => !value));
  return (
    <figure className="min-w-0 space-y-2 rounded-lg border border-line p-3.5">
      <figcaption className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <h3 className="font-medium">{title}</h3>
        <ul className="flex flex-wrap gap-x-3 text-xs text-muted">
          {series.map(({ name, look }, index) => (
            <li key={name} className="flex items-center gap-1.5">
              {kind === "bars" ? (
                <span aria-hidden className={cn("size-2 rounded-xs", SWATCH[look])} />
              ) : (
                <svg aria-hidden="true" viewBox="0 0 16 4" className="h-1 w-4">
                  <path
                    d="M0 2h16"
                    className={STROKE[look]}
                    strokeWidth="2"
                    strokeDasharray={DASHES[index % DASHES.length]}
                  />
                </svg>
              )}
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
      <p className="h-4 truncate text-xs text-muted" title={summary}>
        {point === undefined ? summary : <span className="text-ink">{told(point)}</span>}
      </p>
      <div className="grid grid-cols-[3.25rem_minmax(0,1fr)] gap-x-2">
        <div aria-hidden className="relative h-28 text-right text-2xs text-muted">
          {scale.ticks.map((tick) => (
            <span
              key={tick}
              className="absolute right-0 -translate-y-1/2"
              style={{ top: place(scale, tick) }}
            >
              {format(tick)}
            </span>
          ))}
        </div>
        <div className="relative h-28 rounded-sm has-focus-visible:outline-2 has-focus-visible:outline-accent">
          {scale.ticks.map((tick) => (
            <span
              key={tick}
              aria-hidden
              className="absolute inset-x-0 h-px bg-line"
              style={{ top: place(scale, tick) }}
            />
          ))}
          <svg
            role="img"
            aria-label={name}
            viewBox={`0 0 ${Math.max(times.length, 1)} ${HEIGHT}`}
            preserveAspectRatio="none"
            className="absolute inset-0 size-full overflow-visible"
          >
            {kind === "bars"
              ? stackedBars(
                  series.map(({ values }) => values),
                  scale,
                ).map((d, index) => <path key={series[index]?.name} d={d} className={fill(series[index])} />)
              : series.map(({ name, look, values }, index) => (
                  <path
                    key={name}
                    d={linePath(values, scale)}
                    fill="none"
                    strokeWidth="1.75"
                    strokeLinecap="round"
                    strokeLinejoin="round"
                    strokeDasharray={DASHES[index % DASHES.length]}
                    vectorEffect="non-scaling-stroke"
                    className={STROKE[look]}
                  />
                ))}
          </svg>
          {isEmpty && (
            <p aria-hidden className="absolute inset-0 grid place-items-center text-xs text-muted">
              {t("Nothing in this time")}
            </p>
          )}
          {point !== undefined && (
            <span
              aria-hidden
              className="pointer-events-none absolute inset-y-0 w-px bg-ink/50"
              style={{ left: `${((point + 0.5) / Math.max(times.length, 1)) * 100}%` }}
            />
          )}
          <input
            type="range"
            min={0}
            max={last}
            value={point ?? last}
            aria-label={t("{{chart}}: point in time", { chart: title })}
            aria-valuetext={told(point ?? last)}
            onChange={(event) => setAt(Number(event.target.value))}
            onFocus={() => setAt((known) => known ?? last)}
            onBlur={() => setAt(undefined)}
            onPointerMove={follow}
            onPointerLeave={(event) => {
              if (document.activeElement !== event.currentTarget) setAt(undefined);
            }}
            className="absolute inset-0 size-full cursor-crosshair touch-pan-y opacity-0"
          />
        </div>
        <p aria-hidden className="col-start-2 mt-1 flex justify-between text-2xs text-muted">
          <span>{formatMoment(times[0] ?? 0, stepSeconds)}</span>
          <span className="max-sm:hidden">{formatMoment(times[Math.floor(last / 2)] ?? 0, stepSeconds)}</span>
          <span>{formatMoment(times[last] ?? 0, stepSeconds)}</span>
        </p>
      </div>
    </figure>
  );
}

function fill(series: Series | undefined): string | undefined {
  return series && FILL[series.look];
}

function place(scale: Scale, tick: number): string {
  return `${(scale.y(tick) / HEIGHT) * 100}%`;
}

function tell(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}

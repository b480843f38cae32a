// Moments to come, by the clock of their zone.
import { Ago } from "@/components/moment";
import { inZone } from "./zones";

interface TimesProps {
  label: string;
  times: readonly string[];
  zone: string;
}

export function Times({ label, times, zone }: TimesProps) {
  return (
    <ol aria-label={label} className="space-y-1 text-sm">
      {times.map((at) => (
        <li key={at} className="flex flex-wrap items-baseline gap-x-3">
          <span className="tabular-nums">{inZone(at, zone)}</span>
          <span className="text-xs text-muted">
            <Ago at={at} />
          </span>
        </li>
      ))}
    </ol>
  );
}

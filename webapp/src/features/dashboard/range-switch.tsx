// How far back the numbers go.
import type { HistoryRange } from "@/api/types";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";

export const RANGES: readonly HistoryRange[] = ["1h", "24h", "7d", "30d"];

interface RangeSwitchProps {
  value: HistoryRange;
  onChange: (range: HistoryRange) => void;
}

export function RangeSwitch({ value, onChange }: RangeSwitchProps) {
  const names: Record<HistoryRange, [short: string, long: string]> = {
    "1h": [t("1 h"), t("The last hour")],
    "24h": [t("24 h"), t("The last 24 hours")],
    "7d": [t("7 d"), t("The last 7 days")],
    "30d": [t("30 d"), t("The last 30 days")],
  };
  return (
    <fieldset className="flex rounded-md border border-line-strong">
      <legend className="sr-only">{t("Time")}</legend>
      {RANGES.map((range) => (
        <label
          key={range}
          title={names[range][1]}
          className={cn(
            "flex h-7.5 cursor-pointer items-center px-2.5 text-sm first-of-type:rounded-l-[5px] last-of-type:rounded-r-[5px]",
            "has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2 pointer-coarse:h-10",
            range === value ? "bg-accent-soft font-medium text-accent" : "text-muted hover:text-ink",
          )}
        >
          <input
            type="radio"
            name="range"
            value={range}
            checked={range === value}
            aria-label={names[range][1]}
            onChange={() => onChange(range)}
            className="sr-only"
          />
          <span aria-hidden>{names[range][0]}</span>
        </label>
      ))}
    </fieldset>
  );
}

// When it runs: the expression, its zone, the sentence that it means and the next times, as one types.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiFailure } from "@/api/failure";
import { CodeText } from "@/components/code-text";
import { FailureText } from "@/components/failure-text";
import { TextField } from "@/components/form";
import { SearchChoice } from "@/components/search-choice";
import { t } from "@/lib/i18n";
import { useSettled } from "@/lib/use-settled";
import { previewSchedule } from "./api/preview-schedule";
import { cronWords } from "./cron-words";
import { Times } from "./times";
import { findZones, zoneChoice } from "./zones";

interface TimingFieldsProps {
  cron: string;
  timezone: string;
  onCron: (cron: string) => void;
  onZone: (timezone: string) => void;
}

const SUGGESTED = ["*/15 * * * *", "@hourly", "@daily", "0 6 * * MON-FRI", "0 0 1 * *"];

export function TimingFields({ cron, timezone, onCron, onZone }: TimingFieldsProps) {
  const [search, setSearch] = useState("");
  const words = cronWords(cron);
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <div className="space-y-4">
        <div className="space-y-1.5">
          <TextField
            name="cron"
            label={t("When")}
            help={t("Minute, hour, day of month, month, day of week; six fields begin with the second.")}
            value={cron}
            required
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            onChange={(event) => onCron(event.target.value)}
          />
          <div className="flex flex-wrap gap-1">
            {SUGGESTED.map((each) => (
              <button
                key={each}
                type="button"
                title={cronWords(each)}
                onClick={() => onCron(each)}
                className="rounded border border-line px-1.5 py-0.5 font-mono text-xs text-muted hover:bg-sunken hover:text-ink pointer-coarse:py-2"
              >
                {each}
              </button>
            ))}
          </div>
        </div>
        <SearchChoice
          label={t("Time zone")}
          name="timezone"
          value={zoneChoice(timezone)}
          found={findZones(search)}
          placeholder={t("Search time zones")}
          nothing={t("No time zone has such a name")}
          help={t("The zone whose clock counts, in summer and in winter.")}
          onSearch={setSearch}
          onChange={({ id }) => onZone(id)}
        />
      </div>
      <section
        aria-label={t("What that means")}
        className="min-h-44 rounded-md border border-line bg-sunken p-3"
      >
        <p data-words className="min-h-6 font-medium">
          {words}
        </p>
        <NextTimes cron={cron} timezone={timezone} />
      </section>
    </div>
  );
}

function NextTimes({ cron, timezone }: { cron: string; timezone: string }) {
  const asked = useSettled(cron.trim());
  const query = useQuery(previewSchedule(asked, timezone));
  if (asked === "")
    return <p className="text-sm text-muted">{t("Type when it runs to see its next times.")}</p>;
  if (query.isError && asked === cron.trim()) {
    const { error } = query;
    const said = error instanceof ApiFailure ? error.details[0]?.message : undefined;
    return (
      <p role="status" className="text-sm text-bad first-letter:uppercase">
        {said === undefined ? <FailureText failure={error} /> : <CodeText text={said} />}
      </p>
    );
  }
  return (
    <div aria-busy={query.isPlaceholderData} className={query.isPlaceholderData ? "opacity-60" : undefined}>
      <p className="mb-1 text-xs text-muted">
        {t("The next times, by the clock of {{zone}}", { zone: timezone })}
      </p>
      <Times label={t("Next times")} times={query.data?.times ?? []} zone={timezone} />
    </div>
  );
}

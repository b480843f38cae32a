// The audit log as a file for other tools: one JSON object a line, the newest first, as `lathe audit export` prints it.
import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { CONTROL } from "@/components/form";
import { Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { saveFile } from "@/lib/save-file";
import { readAudit } from "./api/read-audit";
import { dayAfter, momentOf } from "./days";

export function ExportSection({ mayReadAll }: { mayReadAll: boolean }) {
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const [all, setAll] = useState(false);
  const [read, setRead] = useState(0);
  const reading = useRef<AbortController>(undefined);
  const save = useMutation({
    mutationFn: async () => {
      const lines: string[] = [];
      const control = new AbortController();
      reading.current = control;
      setRead(0);
      const wanted = {
        ...(since && { since: momentOf(since) }),
        // A day is meant to its end.
        ...(until && { until: momentOf(dayAfter(until)) }),
        ...(all && { all }),
      };
      await readAudit(wanted, control.signal, (entries) => {
        for (const entry of entries) lines.push(`${JSON.stringify(entry)}\n`);
        setRead(lines.length);
      });
      saveFile(lines, "audit.jsonl", "application/x-ndjson");
      return lines.length;
    },
  });
  useEffect(() => () => reading.current?.abort(), []);
  const isStopped = save.error instanceof DOMException && save.error.name === "AbortError";
  return (
    <Section
      title={t("Export")}
      description={t(
        "A file with one JSON object a line, the newest entry first. Operators have the same by lathe audit export.",
      )}
    >
      <div className="flex flex-wrap gap-3">
        <Day label={t("From this day on")} value={since} onChange={setSince} />
        <Day label={t("To, this day included")} value={until} onChange={setUntil} />
      </div>
      {mayReadAll && (
        <label className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-11">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={all}
            onChange={(event) => setAll(event.target.checked)}
          />
          {t("Of all workspaces, and of what belongs to none")}
        </label>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={save.isPending} onClick={() => save.mutate()}>
          <Download aria-hidden />
          {save.isPending ? t("Reading…") : t("Export the audit log")}
        </Button>
        {save.isPending && (
          <Button weight="quiet" onClick={() => reading.current?.abort()}>
            {t("Stop reading")}
          </Button>
        )}
        <span role="status" className="text-sm text-muted">
          {save.isPending && t("{{count}} entries read", { count: read })}
          {save.isSuccess && t("{{count}} entries are in the file.", { count: save.data })}
          {isStopped && t("Stopped: there is no file.")}
        </span>
      </div>
      {save.isError && !isStopped && (
        <FailureNotice failure={save.error} title={t("The log was not exported")} />
      )}
    </Section>
  );
}

interface DayProps {
  label: string;
  value: string;
  onChange: (day: string) => void;
}

function Day({ label, value, onChange }: DayProps) {
  return (
    <label className="space-y-1">
      <span className="block text-sm font-medium">{label}</span>
      <input
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${CONTROL} w-44`}
      />
    </label>
  );
}

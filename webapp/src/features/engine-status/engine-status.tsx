// A line in the corner that says whether the engine is there, on what it stands, and how much waits.

import { useQuery } from "@tanstack/react-query";
import { sayInOneLine } from "@/api/failure";
import { getStatus } from "@/api/status";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { summaryOf } from "./summary";

export function EngineStatus() {
  const { data, error } = useQuery(getStatus);
  if (error)
    return (
      <Line tone="bg-bad" title={sayInOneLine(error)} lines={[t("Server not reachable"), t("Retrying…")]} />
    );
  if (!data)
    return <Line tone="bg-line-strong" title={t("Asking the server")} lines={[t("Connecting…"), ""]} />;
  const { text, well } = summaryOf(data);
  return (
    <Line
      tone={well ? "bg-ok" : "bg-warn"}
      title={t("Lathe {{version}} on {{backend}}", { version: data.version, backend: data.backend })}
      lines={[text, `${data.version} · ${data.backend}`]}
    />
  );
}

function Line({ tone, title, lines }: { tone: string; title: string; lines: [string, string] }) {
  return (
    <div title={title} className="flex gap-2 rounded-md px-2 py-1.5 text-xs text-muted">
      <span aria-hidden className={cn("mt-1 size-2 shrink-0 rounded-full", tone)} />
      <span className="min-w-0">
        <span className="block truncate text-ink">{lines[0]}</span>
        <span className="block truncate">
          {lines[1]}
          {"\u00a0"}
        </span>
      </span>
    </div>
  );
}

// A line in the corner that says whether the engine is there and how much waits; its version is told where the mouse rests,
// and in the settings.

import { useQuery } from "@tanstack/react-query";
import { sayInOneLine } from "@/api/failure";
import { getStatus } from "@/api/status";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { summaryOf } from "./summary";

export function EngineStatus() {
  const { data, error } = useQuery(getStatus);
  if (error) return <Line tone="bg-bad" title={sayInOneLine(error)} text={t("Server not reachable")} />;
  if (!data) return <Line tone="bg-line-strong" title={t("Asking the server")} text={t("Connecting…")} />;
  const { text, well } = summaryOf(data);
  return (
    <Line
      tone={well ? "bg-ok" : "bg-warn"}
      title={t("Lathe {{version}} on {{backend}}", { version: data.version, backend: data.backend })}
      text={text}
    />
  );
}

function Line({ tone, title, text }: { tone: string; title: string; text: string }) {
  return (
    <div title={title} className="flex items-center gap-2 px-2 py-1.5 text-xs text-muted">
      <span aria-hidden className="flex size-4 shrink-0 items-center justify-center">
        <span className={cn("size-2 rounded-full", tone)} />
      </span>
      <span className="min-w-0 truncate">{text}</span>
    </div>
  );
}

// A line in the corner that says whether the engine is there, on what it stands, and how much waits.
import { useQuery } from "@tanstack/react-query";
import { cn } from "@/lib/cn";
import { getStatus } from "./api/get-status";
import { summaryOf } from "./summary";

export function EngineStatus() {
  const { data, error } = useQuery(getStatus);
  if (error)
    return <Line tone="bg-bad" title={error.message} lines={["Server not reachable", "Retrying…"]} />;
  if (!data) return <Line tone="bg-line-strong" title="Asking the server" lines={["Connecting…", ""]} />;
  const { text, well } = summaryOf(data);
  return (
    <Line
      tone={well ? "bg-ok" : "bg-warn"}
      title={`Lathe ${data.version} on ${data.backend}`}
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
        <span className="block truncate">{lines[1]}&nbsp;</span>
      </span>
    </div>
  );
}

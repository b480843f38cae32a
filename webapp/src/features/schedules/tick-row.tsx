// One moment at which a schedule was due: whether it began a run, or why it did not.

import { CircleCheck, CircleDashed, CircleX, SkipForward } from "lucide-react";
import { Link } from "react-router";
import type { Tick } from "@/api/types";
import { ROW } from "@/components/section";
import { ServerText } from "@/components/server-text";
import { TONE_SOFT } from "@/components/status-badge";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { inZone } from "./zones";

export function TickRow({ tick, zone }: { tick: Tick; zone: string }) {
  const { icon: Icon, tone, label } = lookOf(tick.status);
  return (
    <li className={ROW}>
      <span
        data-status={tick.status}
        className={cn(
          "inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium",
          TONE_SOFT[tone],
        )}
      >
        <Icon aria-hidden className="size-3.5" />
        {label}
      </span>
      <span className="tabular-nums">{inZone(tick.scheduled_for, zone)}</span>
      {tick.reason && (
        <ServerText
          text={tick.reason}
          className="min-w-0 basis-full break-words text-xs text-muted first-letter:uppercase"
        />
      )}
      {tick.execution_id && (
        <Link to={`/runs/${tick.execution_id}`} className="ml-auto text-accent underline underline-offset-2">
          {t("Open the run")}
        </Link>
      )}
    </li>
  );
}

function lookOf(status: Tick["status"]) {
  switch (status) {
    case "due":
      return { icon: CircleDashed, tone: "idle", label: t("Waits for its turn") } as const;
    case "starting":
      return { icon: CircleDashed, tone: "active", label: t("Begins") } as const;
    case "started":
      return { icon: CircleCheck, tone: "ok", label: t("Began a run") } as const;
    case "skipped":
      return { icon: SkipForward, tone: "warn", label: t("Left out") } as const;
    case "failed":
      return { icon: CircleX, tone: "bad", label: t("Could not begin") } as const;
  }
}

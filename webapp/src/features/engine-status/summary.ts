// How the engine is, in a few words: runs need a runner, and a queue that can be reached.

import type { ServerStatus } from "@/api/types";
import { t } from "@/lib/i18n";

// Who operates the server sees how many runners there are, and what waits of all workspaces.
type Told = Pick<ServerStatus, "has_runner" | "has_queue" | "waiting" | "runners" | "queue_depth">;

export function summaryOf(status: Told): { text: string; well: boolean } {
  if (!status.has_runner) return { text: t("No runner: nothing will run"), well: false };
  const runners = counted(status.runners?.length);
  if (!status.has_queue) return { text: t("{{runners}} · queue out of reach", { runners }), well: false };
  return {
    text: t("{{runners}} · {{waiting}} queued", { runners, waiting: status.queue_depth ?? status.waiting }),
    well: true,
  };
}

function counted(runners: number | undefined): string {
  if (runners === undefined) return t("Ready");
  return t("{{count}} runners", { count: runners });
}

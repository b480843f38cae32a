// Begins a new run that goes on from a step of this one: what had succeeded before it does not run again.

import { RotateCcw } from "lucide-react";
import { useMay } from "@/api/profile";
import type { Execution } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { t } from "@/lib/i18n";
import { useLeading } from "@/lib/use-leading";
import { useRerunExecution } from "./api/steer-execution";

interface RerunButtonsProps {
  runId: string;
  /** The step's address. */
  path: string;
  onStarted: (execution: Execution) => void | Promise<void>;
}

export function RerunButtons({ runId, path, onStarted }: RerunButtonsProps) {
  const rerun = useRerunExecution(runId);
  const [isLeading, lead] = useLeading(onStarted);
  if (!useMay("workflows:run")) return null;
  const start = (version: "same" | "newest") => rerun.mutate({ from: [path], version }, { onSuccess: lead });
  const busy = rerun.isPending || isLeading;
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap gap-2">
        <Button disabled={busy} onClick={() => start("same")}>
          <RotateCcw aria-hidden />
          {t("Re-run from here")}
        </Button>
        <Button weight="quiet" disabled={busy} onClick={() => start("newest")}>
          {t("with the newest version")}
        </Button>
      </div>
      {rerun.isError && <FailureNotice failure={rerun.error} title={t("No new run was started")} />}
    </div>
  );
}

// Lets nothing new begin in a run, or lets it go on.

import { Pause, Play } from "lucide-react";
import { useMay } from "@/api/profile";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { t } from "@/lib/i18n";
import { usePauseExecution } from "./api/steer-execution";
import { type RunStore, useRunStore } from "./run-store";

export function PauseButton({ runId, store }: { runId: string; store: RunStore }) {
  const status = useRunStore(store, ({ run }) => run.status);
  const steer = usePauseExecution(runId);
  const mayControl = useMay("executions:control");
  const paused = status === "paused";
  return (
    <>
      {mayControl && (paused || status === "running" || status === "queued") && (
        <Button disabled={steer.isPending} onClick={() => steer.mutate(!paused)}>
          {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
          {paused ? t("Resume") : t("Pause")}
        </Button>
      )}
      {steer.isError && (
        <Dialog title={paused ? t("Resume the run") : t("Pause the run")} onClose={() => steer.reset()}>
          <FailureNotice failure={steer.error} title={t("The run goes on as before")} />
        </Dialog>
      )}
    </>
  );
}

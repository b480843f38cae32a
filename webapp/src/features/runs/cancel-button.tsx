// Stops a run that is under way.

import { Square } from "lucide-react";
import { useMay } from "@/api/profile";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { t } from "@/lib/i18n";
import { hasEnded } from "@/lib/status";
import { useCancelExecution } from "./api/cancel-execution";
import { type RunStore, useRunStore } from "./run-store";

export function CancelButton({ runId, store }: { runId: string; store: RunStore }) {
  const ended = useRunStore(store, ({ run }) => hasEnded(run.status));
  const cancel = useCancelExecution(runId);
  const mayControl = useMay("executions:control");
  return (
    <>
      {mayControl && !ended && (
        <Button disabled={cancel.isPending || cancel.isSuccess} onClick={() => cancel.mutate()}>
          <Square aria-hidden />
          {cancel.isPending || cancel.isSuccess ? t("Cancelling…") : t("Cancel")}
        </Button>
      )}
      {cancel.isError && (
        <Dialog title={t("Cancel the run")} onClose={() => cancel.reset()}>
          <FailureNotice failure={cancel.error} title={t("The run was not cancelled")} />
        </Dialog>
      )}
    </>
  );
}

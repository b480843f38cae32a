// Runs a workflow: at once when it takes no inputs, otherwise after a form made from their schemas.

import { Play } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/api/profile";
import type { Execution } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { t } from "@/lib/i18n";
import { readForm } from "@/lib/input-form";
import type { JsonRecord } from "@/lib/json";
import { useLeading } from "@/lib/use-leading";
import { useExecuteWorkflow } from "./api/execute-workflow";
import { RunForm } from "./run-form";

interface RunButtonProps {
  workflowId: string;
  name: string;
  document: unknown;
  /** The version to run; the published one unless given. */
  version?: number;
  /** What the form starts with; the inputs of an earlier run when it is run again. */
  inputs?: JsonRecord;
  label?: string;
  weight?: "primary" | "plain";
  onStarted: (execution: Execution) => void | Promise<void>;
}

export function RunButton(props: RunButtonProps) {
  const {
    workflowId,
    name,
    document,
    version,
    inputs,
    label = t("Run (verb)"),
    weight = "primary",
    onStarted,
  } = props;
  const [open, setOpen] = useState(false);
  const execute = useExecuteWorkflow(workflowId, version);
  const [isLeading, lead] = useLeading(onStarted);
  const mayRun = useMay("workflows:run");
  if (!mayRun) return null;
  const fields = readForm(document);
  const start = (values: JsonRecord) => execute.mutate(values, { onSuccess: lead });
  const busy = execute.isPending || isLeading;
  return (
    <>
      <Button
        weight={weight}
        disabled={busy}
        onClick={() => {
          if (fields.length === 0) start({});
          else setOpen(true);
        }}
      >
        <Play aria-hidden className="fill-current" />
        {busy ? t("Starting…") : label}
      </Button>
      {(open || (execute.isError && fields.length === 0)) && (
        <Dialog
          title={t("Run {{name}}", { name })}
          onClose={() => {
            setOpen(false);
            execute.reset();
          }}
        >
          <RunForm fields={fields} inputs={inputs} failure={execute.error} busy={busy} onSubmit={start} />
        </Dialog>
      )}
    </>
  );
}

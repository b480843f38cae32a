// Begins a run that was asked for elsewhere: at once where nothing has to be given, otherwise after its form.

import { useEffect, useRef } from "react";
import type { Execution } from "@/api/types";
import { Dialog } from "@/components/dialog";
import { t } from "@/lib/i18n";
import { readForm } from "@/lib/input-form";
import type { JsonRecord } from "@/lib/json";
import { useLeading } from "@/lib/use-leading";
import { type Trial, useExecuteWorkflow } from "./api/execute-workflow";
import { RunForm } from "./run-form";

interface RunDialogProps {
  workflowId: string;
  name: string;
  document: unknown;
  version: number;
  inputs?: JsonRecord;
  trial: Trial;
  onStarted: (execution: Execution) => void | Promise<void>;
  onClose: () => void;
}

export function RunDialog(props: RunDialogProps) {
  const { workflowId, name, document, version, inputs, trial, onStarted, onClose } = props;
  const execute = useExecuteWorkflow(workflowId, version, trial);
  const [isLeading, lead] = useLeading(onStarted);
  const fields = readForm(document);
  const begun = useRef(false);
  const { mutate } = execute;
  useEffect(() => {
    if (fields.length > 0 || begun.current) return;
    begun.current = true;
    mutate({}, { onSuccess: lead });
  }, [fields.length, mutate, lead]);
  if (fields.length === 0 && !execute.isError) return null;
  return (
    <Dialog
      title={
        trial.only ? t("Run {{only}} of {{name}}", { only: trial.only, name }) : t("Run {{name}}", { name })
      }
      onClose={onClose}
    >
      <RunForm
        fields={fields}
        inputs={inputs}
        failure={execute.error}
        busy={execute.isPending || isLeading}
        onSubmit={(values) => mutate(values, { onSuccess: lead })}
      />
    </Dialog>
  );
}

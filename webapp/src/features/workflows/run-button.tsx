// Runs a workflow: at once when it takes no inputs, otherwise after a form made from their schemas.
import { Play } from "lucide-react";
import { useState } from "react";
import { ApiFailure } from "@/api/failure";
import { useMay } from "@/api/profile";
import type { Execution } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { SchemaForm } from "@/components/schema-form";
import { type FormField, initialValues, readForm, readInputs } from "@/lib/input-form";
import type { JsonRecord } from "@/lib/json";
import { useExecuteWorkflow } from "./api/execute-workflow";

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
  onStarted: (execution: Execution) => void;
}

export function RunButton(props: RunButtonProps) {
  const { workflowId, name, document, version, inputs, label = "Run", weight = "primary", onStarted } = props;
  const [open, setOpen] = useState(false);
  const execute = useExecuteWorkflow(workflowId, version);
  const mayRun = useMay("workflows:run");
  if (!mayRun) return null;
  const fields = readForm(document);
  const start = (values: JsonRecord) => execute.mutate(values, { onSuccess: onStarted });
  return (
    <>
      <Button
        weight={weight}
        disabled={execute.isPending}
        onClick={() => {
          if (fields.length === 0) start({});
          else setOpen(true);
        }}
      >
        <Play aria-hidden className="fill-current" />
        {execute.isPending ? "Starting…" : label}
      </Button>
      {(open || (execute.isError && fields.length === 0)) && (
        <Dialog
          title={`Run ${name}`}
          onClose={() => {
            setOpen(false);
            execute.reset();
          }}
        >
          <RunForm
            fields={fields}
            inputs={inputs}
            failure={execute.error}
            busy={execute.isPending}
            onSubmit={start}
          />
        </Dialog>
      )}
    </>
  );
}

interface RunFormProps {
  fields: FormField[];
  inputs: JsonRecord | undefined;
  failure: unknown;
  busy: boolean;
  onSubmit: (inputs: JsonRecord) => void;
}

function RunForm({ fields, inputs, failure, busy, onSubmit }: RunFormProps) {
  const [values, setValues] = useState(() => initialValues(fields, inputs));
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        const read = readInputs(fields, values);
        setErrors(read.errors);
        const wrong = Object.keys(read.errors)[0];
        if (wrong === undefined) onSubmit(read.inputs);
        else event.currentTarget.querySelector<HTMLElement>(`[name="${CSS.escape(wrong)}"]`)?.focus();
      }}
    >
      <SchemaForm
        fields={fields}
        values={values}
        errors={{ ...serverErrors(fields, failure), ...errors }}
        onChange={setValues}
      />
      {failure !== null && <FailureNotice failure={failure} title="The run was not started" />}
      <div className="flex justify-end">
        <Button type="submit" weight="primary" disabled={busy}>
          <Play aria-hidden className="fill-current" />
          {busy ? "Starting…" : "Start the run"}
        </Button>
      </div>
    </form>
  );
}

/** Puts what the server says about `/inputs/<name>` under the field it is about. */
function serverErrors(fields: FormField[], failure: unknown): Record<string, string> {
  if (!(failure instanceof ApiFailure)) return {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const detail = failure.details.find(
      ({ path }) => path === `/inputs/${field.name}` || path === field.name,
    );
    if (detail) errors[field.name] = detail.message;
  }
  return errors;
}

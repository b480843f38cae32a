// What a run is to be given, as a form made from the schemas of the workflow's inputs.

import { Play } from "lucide-react";
import { useRef, useState } from "react";
import { ApiFailure } from "@/api/failure";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { SchemaForm } from "@/components/schema-form";
import { useHeld } from "@/components/use-held";
import { t } from "@/lib/i18n";
import { type FormField, initialValues, readInputs } from "@/lib/input-form";
import type { JsonRecord } from "@/lib/json";

interface RunFormProps {
  fields: FormField[];
  inputs: JsonRecord | undefined;
  failure: unknown;
  busy: boolean;
  onSubmit: (inputs: JsonRecord) => void;
}

export function RunForm({ fields, inputs, failure, busy, onSubmit }: RunFormProps) {
  const [values, setValues] = useState(() => initialValues(fields, inputs));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const form = useRef<HTMLFormElement>(null);
  useHeld(form, busy);
  return (
    <form
      ref={form}
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
      {failure !== null && <FailureNotice failure={failure} title={t("The run was not started")} />}
      <div className="flex justify-end">
        <Button type="submit" weight="primary" disabled={busy}>
          <Play aria-hidden className="fill-current" />
          {busy ? t("Starting…") : t("Start the run")}
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
    if (detail) errors[field.name] = detail.atPlace;
  }
  return errors;
}

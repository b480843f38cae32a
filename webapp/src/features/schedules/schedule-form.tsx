// Makes a schedule, or changes one: what runs, when, with what, and what happens when runs get in each other's way.
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import { useAskedWorkflow } from "@/api/asked-workflow";
import type { NewSchedule, Schedule } from "@/api/types";
import { getBeginning } from "@/api/workflow-document";
import { CheckField } from "@/components/check-field";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { SchemaForm } from "@/components/schema-form";
import type { Choice } from "@/components/search-choice";
import { SkeletonRows } from "@/components/skeleton";
import { WorkflowField } from "@/components/workflow-field";
import { t } from "@/lib/i18n";
import { type FormValues, initialValues, readForm, readInputs } from "@/lib/input-form";
import { useCreateSchedule } from "./api/create-schedule";
import { bodyOf, draftOf, newDraft } from "./draft";
import { inputErrors } from "./input-errors";
import { PolicyFields } from "./policy-fields";
import { TimingFields } from "./timing-fields";
import { ownZone } from "./zones";

const FIELDS = ["name", "workflow_id", "cron", "timezone", "inputs", "overlap", "catch_up"] as const;

export function CreateSchedule() {
  const navigate = useNavigate();
  const create = useCreateSchedule();
  const { isKnown, workflow } = useAskedWorkflow();
  if (!isKnown) return <SkeletonRows rows={6} label={t("Reading the workflow")} />;
  return (
    <ScheduleForm
      workflow={workflow}
      failure={create.error}
      busy={create.isPending}
      onSubmit={(body) => create.mutate(body, { onSuccess: ({ id }) => void navigate(`/schedules/${id}`) })}
    />
  );
}

interface ScheduleFormProps {
  schedule?: Schedule;
  /** What a new one is to run, where that is known already. */
  workflow?: Choice | undefined;
  failure: unknown;
  busy: boolean;
  /** What to do when somebody else was faster. */
  outdated?: ReactNode;
  onSubmit: (body: NewSchedule) => void;
}

export function ScheduleForm(props: ScheduleFormProps) {
  const { schedule, workflow, failure, busy, outdated, onSubmit } = props;
  const [draft, setDraft] = useState(() => (schedule ? draftOf(schedule) : newDraft(ownZone(), workflow)));
  const [typed, setTyped] = useState<FormValues>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  const beginning = useQuery(getBeginning(draft.workflow?.id ?? ""));
  const fields = readForm(beginning.data?.document);
  const values = { ...initialValues(fields, schedule?.inputs ?? {}), ...typed };
  const isWaiting = draft.workflow !== undefined && beginning.isPending;
  const submit = () => {
    const { inputs, errors } = readInputs(fields, values);
    if (!draft.workflow) return setWrong({ workflow_id: t("Choose the workflow that is to run.") });
    setWrong(errors);
    if (Object.keys(errors).length === 0) onSubmit(bodyOf(draft, inputs));
  };
  return (
    <Form
      label={t("Schedule")}
      fields={FIELDS}
      failure={failure}
      busy={busy}
      waits={isWaiting}
      className="max-w-3xl space-y-6"
      onSubmit={submit}
    >
      <div className="grid gap-4 md:grid-cols-2">
        <TextField
          name="name"
          label={t("Name")}
          value={draft.name}
          maxLength={63}
          required
          autoComplete="off"
          onChange={(event) => change({ name: event.target.value })}
        />
        <WorkflowField
          value={draft.workflow}
          disabled={schedule !== undefined}
          help={
            schedule && t("What a schedule begins does not change: make another one for another workflow.")
          }
          fault={wrong.workflow_id}
          onChange={(workflow) => {
            change({ workflow });
            setWrong({});
          }}
        />
      </div>
      <TimingFields
        cron={draft.cron}
        timezone={draft.timezone}
        onCron={(cron) => change({ cron })}
        onZone={(timezone) => change({ timezone })}
      />
      {fields.length > 0 && (
        <fieldset className="space-y-3">
          <legend className="mb-2 font-medium">{t("What each run is given")}</legend>
          <SchemaForm
            fields={fields}
            values={values}
            errors={{ ...inputErrors(fields, failure), ...wrong }}
            onChange={setTyped}
          />
        </fieldset>
      )}
      <PolicyFields draft={draft} onChange={change} />
      <CheckField
        label={t("Enabled")}
        help={t("While it is disabled, it begins nothing, and nothing is made up for.")}
        checked={draft.enabled}
        onChange={(enabled) => change({ enabled })}
      />
      {outdated ?? <FormFailure title={t("The schedule was not saved")} />}
      <SubmitButton busy={t("Saving…")}>
        {schedule ? t("Save the schedule") : t("Make the schedule")}
      </SubmitButton>
    </Form>
  );
}

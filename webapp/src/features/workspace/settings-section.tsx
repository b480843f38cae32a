// How a workspace is kept: whom failures are told to, how long runs stay, in which zone schedules are.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiFailure } from "@/api/failure";
import type { WorkspaceSettings } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { ChoiceField, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { TimeZoneField } from "@/components/time-zone/time-zone-field";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { getWorkspaceSettings, type KeptSettings, useSaveWorkspaceSettings } from "./api/workspace-settings";

const FIELDS = ["keep_executions_days", "notify_failures", "time_zone"] as const;
const FAILURES_TO: readonly WorkspaceSettings["notify_failures"][] = ["nobody", "managers", "members"];

export function WorkspaceSettingsSection({ id, mayChange }: { id: string; mayChange: boolean }) {
  const query = useQuery(getWorkspaceSettings(id));
  return (
    <Section title={t("Runs and schedules")}>
      {query.isPending && <SkeletonRows rows={4} label={t("Reading the settings")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The settings could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && <Editing id={id} kept={query.data} mayChange={mayChange} />}
    </Section>
  );
}

function Editing({ id, kept, mayChange }: { id: string; kept: KeptSettings; mayChange: boolean }) {
  const save = useSaveWorkspaceSettings(id);
  // What the form began with: a later reading must not lend its mark to what was typed on top of an earlier one.
  const [base, setBase] = useState(kept);
  const [opened, setOpened] = useState(0);
  // The mark is of the whole workspace, which another name changes as well: that is nothing to ask about.
  const { etag } = sameJson(kept.settings, base.settings) ? kept : base;
  const isOutdated =
    save.error instanceof ApiFailure && save.error.status === 412 && !sameJson(kept.settings, base.settings);
  const goOn = () => {
    setBase(kept);
    save.reset();
  };
  const isOf = (value: string): value is WorkspaceSettings["notify_failures"] =>
    FAILURES_TO.some((each) => each === value);
  return (
    <Form
      key={opened}
      label={t("Runs and schedules")}
      fields={FIELDS}
      failure={isOutdated ? null : save.error}
      busy={save.isPending}
      onSubmit={({ keep_executions_days = "0", notify_failures = "", time_zone = "" }) => {
        if (!isOf(notify_failures)) return;
        const settings = {
          keep_executions_days: Number(keep_executions_days),
          notify_failures,
          time_zone,
        };
        save.mutate({ settings, etag }, { onSuccess: setBase });
      }}
    >
      {/* A disabled fieldset shows what holds, and takes no change. */}
      <fieldset disabled={!mayChange} className="space-y-4">
        <legend className="sr-only">{t("Runs and schedules")}</legend>
        <TextField
          name="keep_executions_days"
          label={t("Days that runs are kept")}
          help={t(
            "Runs that ended longer ago are deleted, even if their workflow would keep them. 0 is without such a limit.",
          )}
          type="number"
          min={0}
          max={3650}
          step={1}
          defaultValue={base.settings.keep_executions_days}
          className="w-32"
          required
        />
        <ChoiceField
          name="notify_failures"
          label={t("Who is told when a run of a schedule, webhook or program fails")}
          help={t("Who begins a run is told of its failure in any case.")}
          defaultValue={base.settings.notify_failures}
        >
          <option value="nobody">{t("Nobody")}</option>
          <option value="managers">{t("Those who manage the workspace")}</option>
          <option value="members">{t("All members")}</option>
        </ChoiceField>
        <TimeZoneField
          name="time_zone"
          label={t("Time zone of new schedules")}
          help={t("Of those that name none themselves.")}
          defaultValue={base.settings.time_zone}
        />
      </fieldset>
      {isOutdated && (
        <div role="alert" className="space-y-2 rounded-md border border-warn/30 bg-warn-soft p-3 text-sm">
          <p>
            {t("Somebody else has changed the settings since you opened them. What you chose is still here.")}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button onClick={goOn}>{t("Let me save mine")}</Button>
            <Button
              weight="quiet"
              onClick={() => {
                goOn();
                setOpened(opened + 1);
              }}
            >
              {t("Show theirs in place of mine")}
            </Button>
          </div>
        </div>
      )}
      <FormFailure title={t("The settings were not changed")} />
      {mayChange && (
        <div className="flex items-center gap-3">
          <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
          <span role="status" className="text-sm text-muted">
            {save.isSuccess && t("Saved.")}
          </span>
        </div>
      )}
    </Form>
  );
}

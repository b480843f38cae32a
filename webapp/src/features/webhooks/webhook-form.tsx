// Makes an address at which other programs begin a workflow, then shows its secret this once.
import { useState } from "react";
import { Link } from "react-router";
import { useAskedWorkflow } from "@/api/asked-workflow";
import type { NewWebhook, Verification, Webhook } from "@/api/types";
import { buttonClass } from "@/components/button";
import { ChoiceField, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import type { Choice } from "@/components/search-choice";
import { SkeletonRows } from "@/components/skeleton";
import { WorkflowField } from "@/components/workflow-field";
import { t } from "@/lib/i18n";
import { haveShown } from "@/lib/unsaved";
import { useCreateWebhook } from "./api/create-webhook";
import { SecretOnce } from "./secret-once";
import { headersOf, type Settings, SettingsFields, startingSettings } from "./settings-fields";
import { TryIt } from "./try-it";
import { givesSecret, VERIFICATIONS, verificationName, whatSenderNeeds } from "./verification";

const FIELDS = [
  "name",
  "workflow_id",
  "verification",
  "secret",
  "methods",
  "headers",
  "inputs",
  "reply",
  "wait",
] as const;

export function CreateWebhook() {
  const create = useCreateWebhook();
  const { isKnown, workflow } = useAskedWorkflow();
  if (create.data) return <Made webhook={create.data} secret={create.data.secret} />;
  if (!isKnown) return <SkeletonRows rows={6} label={t("Reading the workflow")} />;
  return (
    <WebhookForm
      asked={workflow}
      failure={create.error}
      busy={create.isPending}
      onSubmit={(body) => create.mutate(body)}
    />
  );
}

function Made({ webhook, secret }: { webhook: Webhook; secret: string | null }) {
  return (
    <div className="max-w-3xl space-y-5">
      <p>{t("The webhook {{name}} is ready.", { name: webhook.name })}</p>
      {secret !== null && <SecretOnce secret={secret} />}
      <TryIt webhook={webhook} />
      <Link to={`/webhooks/${webhook.id}`} className={buttonClass("primary")} onClick={haveShown}>
        {secret === null ? t("Go to the webhook") : t("I have copied it: go to the webhook")}
      </Link>
    </div>
  );
}

interface WebhookFormProps {
  /** What it is to run, where that is known already. */
  asked: Choice | undefined;
  failure: unknown;
  busy: boolean;
  onSubmit: (body: NewWebhook) => void;
}

function WebhookForm({ asked, failure, busy, onSubmit }: WebhookFormProps) {
  const [workflow, setWorkflow] = useState(asked);
  const [verification, setVerification] = useState<Verification>("bearer");
  const [settings, setSettings] = useState<Settings>(startingSettings);
  const [missing, setMissing] = useState<string>();
  const mustGive = givesSecret(verification);
  return (
    <Form
      label={t("Webhook")}
      fields={FIELDS}
      failure={failure}
      busy={busy}
      className="max-w-3xl space-y-6"
      onSubmit={({ name = "", secret = "" }) => {
        if (!workflow) return setMissing(t("Choose the workflow that is to run."));
        const { headers, ...kept } = settings;
        onSubmit({
          name,
          workflow_id: workflow.id,
          verification,
          enabled: true,
          ...(secret !== "" && verification !== "none" && { secret }),
          ...kept,
          headers: headersOf(headers),
        });
      }}
    >
      <div className="grid gap-4 md:grid-cols-2">
        <TextField name="name" label={t("Name")} maxLength={63} required autoComplete="off" />
        <WorkflowField
          value={workflow}
          fault={missing}
          onChange={(chosen) => {
            setWorkflow(chosen);
            setMissing(undefined);
          }}
        />
        <ChoiceField
          name="verification"
          label={t("How senders prove themselves")}
          help={whatSenderNeeds(verification)}
          value={verification}
          onChange={(event) => setVerification(event.target.value as Verification)}
        >
          {VERIFICATIONS.map((each) => (
            <option key={each} value={each}>
              {verificationName(each)}
            </option>
          ))}
        </ChoiceField>
        {verification !== "none" && (
          <TextField
            key={verification}
            name="secret"
            label={mustGive ? t("Secret of the sender") : t("Secret of the sender, if there is one")}
            help={mustGive ? undefined : t("Left empty, one is made and shown once.")}
            type="password"
            autoComplete="off"
            required={mustGive}
          />
        )}
      </div>
      <SettingsFields settings={settings} onChange={setSettings} />
      <FormFailure title={t("The webhook was not made")} />
      <SubmitButton busy={t("Making it…")}>{t("Make the webhook")}</SubmitButton>
    </Form>
  );
}

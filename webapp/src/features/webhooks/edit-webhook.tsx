// Changes name and settings of a webhook. How senders prove themselves stays as it was.
import { useState } from "react";
import type { Webhook } from "@/api/types";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { t } from "@/lib/i18n";
import { useUpdateWebhook } from "./api/update-webhook";
import { headersOf, SettingsFields, settingsOf } from "./settings-fields";

const FIELDS = ["name", "methods", "headers", "inputs", "reply", "wait"] as const;

interface EditWebhookProps {
  webhook: Webhook;
  etag: string | undefined;
  onDone: () => void;
}

export function EditWebhook({ webhook, etag, onDone }: EditWebhookProps) {
  const update = useUpdateWebhook(webhook.id);
  // The mark of what the form began with, however often the webhook is read meanwhile.
  const [begun] = useState(etag);
  const [settings, setSettings] = useState(() => settingsOf(webhook));
  return (
    <Form
      label={t("Webhook")}
      fields={FIELDS}
      failure={update.error}
      busy={update.isPending}
      onSubmit={({ name = "" }) => {
        const { headers, ...kept } = settings;
        const body = { name, ...kept, headers: headersOf(headers) };
        update.mutate({ etag: begun, body }, { onSuccess: onDone });
      }}
    >
      <TextField
        name="name"
        label={t("Name")}
        defaultValue={webhook.name}
        maxLength={63}
        required
        autoComplete="off"
      />
      <SettingsFields settings={settings} onChange={setSettings} />
      <p className="text-xs text-muted">
        {t("How senders prove themselves does not change: make another webhook for another way.")}
      </p>
      <FormFailure title={t("The webhook was not changed")} />
      <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
    </Form>
  );
}

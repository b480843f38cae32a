// Changes name and settings of a webhook. How senders prove themselves stays as it was.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Webhook } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { type Facts, Opened, useOutdated } from "@/components/opened";
import { t } from "@/lib/i18n";
import { getWebhook } from "./api/get-webhook";
import { useUpdateWebhook } from "./api/update-webhook";
import { headersOf, inputsName, replyName, SettingsFields, settingsOf } from "./settings-fields";

const FIELDS = ["name", "methods", "headers", "inputs", "reply", "wait"] as const;

interface EditWebhookProps {
  id: string;
  onDone: () => void;
}

export function EditWebhook({ id, onDone }: EditWebhookProps) {
  const query = useQuery(getWebhook(id));
  return (
    <Opened query={query} reading={t("Reading the webhook")} unreadable={t("The webhook could not be read")}>
      {(opened, begin) => <Editing opened={opened} query={query} onTheirs={begin} onDone={onDone} />}
    </Opened>
  );
}

interface EditingProps {
  opened: Versioned<Webhook>;
  query: UseQueryResult<Versioned<Webhook>>;
  onTheirs: (theirs: Versioned<Webhook>) => void;
  onDone: () => void;
}

function Editing({ opened, query, onTheirs, onDone }: EditingProps) {
  const webhook = opened.value;
  const update = useUpdateWebhook(webhook.id);
  const { etag, outdated } = useOutdated({ opened, query, change: update, factsOf, onTheirs });
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
        update.mutate({ etag, body }, { onSuccess: onDone });
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
      {outdated ?? <FormFailure title={t("The webhook was not changed")} />}
      <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
    </Form>
  );
}

function factsOf({ value }: Versioned<Webhook>): Facts {
  return [
    [t("Name"), value.name],
    [t("What the run is given"), inputsName(value.inputs)],
    [t("What the sender is told"), replyName(value.reply)],
    [t("Headers that runs are given"), value.headers.join(", ")],
    [t("Wait for the output"), value.wait],
    [t("Methods it takes"), value.methods.join(", ")],
  ];
}

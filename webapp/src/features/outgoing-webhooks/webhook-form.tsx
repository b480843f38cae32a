// Makes a webhook out, or changes one. What headers hold is never shown again: they are replaced all together, or kept.
import { type ReactNode, useState } from "react";
import type { NewOutgoingWebhook, OutgoingEvent, OutgoingWebhook } from "@/api/types";
import { CheckField } from "@/components/check-field";
import { FieldNotes } from "@/components/field-notes";
import { CONTROL, FieldError, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { t } from "@/lib/i18n";
import { EVENTS, eventName } from "./events";
import { readHeaders } from "./headers";

/** What is written the same in every language. */
const EXAMPLES = { url: "https://", header: "authorization: Bearer …" };

const FIELDS = ["name", "url", "events", "headers", "secret"] as const;

interface WebhookFormProps {
  webhook?: OutgoingWebhook;
  failure: unknown;
  busy: boolean;
  /** What to do when somebody else was faster. */
  outdated?: ReactNode;
  onSubmit: (body: NewOutgoingWebhook) => void;
}

export function WebhookForm({ webhook, failure, busy, outdated, onSubmit }: WebhookFormProps) {
  const [events, setEvents] = useState<readonly OutgoingEvent[]>(webhook?.events ?? ["execution.failed"]);
  const [headers, setHeaders] = useState("");
  const [replaces, setReplaces] = useState(webhook === undefined || webhook.header_names.length === 0);
  const [fault, setFault] = useState<string>();
  return (
    <Form
      label={t("Webhook out")}
      fields={FIELDS}
      failure={failure}
      busy={busy}
      onSubmit={({ name = "", url = "" }) => {
        const read = readHeaders(headers);
        setFault(read.fault);
        const isKept =
          webhook !== undefined &&
          (!replaces || (headers.trim() === "" && webhook.header_names.length === 0));
        const sent = { name, url, events: [...events], enabled: webhook?.enabled ?? true };
        if (read.fault === undefined) onSubmit(isKept ? sent : { ...sent, headers: read.headers });
      }}
    >
      <TextField
        name="name"
        label={t("Name")}
        defaultValue={webhook?.name}
        maxLength={63}
        required
        autoComplete="off"
      />
      <TextField
        name="url"
        label={t("Address of the other system")}
        help={t(
          "It begins with https://. Something secret in it is seen by everybody who sees this webhook: send a header instead.",
        )}
        type="url"
        defaultValue={webhook?.url}
        placeholder={EXAMPLES.url}
        required
        autoComplete="off"
      />
      <fieldset className="space-y-2">
        <legend className="mb-1 text-sm font-medium">{t("What it is told of")}</legend>
        {EVENTS.map((event) => (
          <CheckField
            key={event}
            label={eventName(event)}
            help={<code className="font-mono">{event}</code>}
            checked={events.includes(event)}
            onChange={(checked) =>
              setEvents(EVENTS.filter((each) => (each === event ? checked : events.includes(each))))
            }
          />
        ))}
        <FieldError name="events" />
      </fieldset>
      {webhook && webhook.header_names.length > 0 && (
        <CheckField
          label={t("Replace the headers")}
          help={t("It sends {{names}}. What they hold is not shown.", {
            names: webhook.header_names.join(", "),
          })}
          checked={replaces}
          onChange={setReplaces}
        />
      )}
      {replaces && (
        <div className="space-y-1">
          <label htmlFor="outgoing-headers" className="block text-sm font-medium">
            {t("Headers")} <span className="text-xs font-normal text-muted">{t("optional")}</span>
          </label>
          <textarea
            id="outgoing-headers"
            rows={3}
            spellCheck={false}
            autoComplete="off"
            placeholder={EXAMPLES.header}
            value={headers}
            aria-invalid={fault !== undefined}
            aria-describedby="outgoing-headers-help"
            onChange={(event) => setHeaders(event.target.value)}
            className={`${CONTROL} font-mono text-sm`}
          />
          <FieldNotes
            id="outgoing-headers"
            help={t("One a line, such as a token of the other system. They are sealed and not shown again.")}
            fault={fault}
          />
          <FieldError name="headers" />
        </div>
      )}
      {outdated ?? <FormFailure title={t("The webhook was not saved")} />}
      <SubmitButton busy={t("Saving…")}>{webhook ? t("Save") : t("Make the webhook")}</SubmitButton>
    </Form>
  );
}

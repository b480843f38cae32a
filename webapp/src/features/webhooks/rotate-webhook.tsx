// Gives a webhook another secret; the one before stays good for as long as is chosen.
import type { ReactNode } from "react";
import type { Webhook } from "@/api/types";
import { Button } from "@/components/button";
import { ChoiceField, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { FormDialog } from "@/components/form-dialog";
import { t } from "@/lib/i18n";
import { useRotateWebhook } from "./api/rotate-webhook";
import { SecretOnce } from "./secret-once";
import { givesSecret } from "./verification";

const FIELDS = ["secret", "overlap"] as const;

export function RotateWebhook({ webhook, onDone }: { webhook: Webhook; onDone: () => void }) {
  const rotate = useRotateWebhook(webhook.id);
  const mustGive = givesSecret(webhook.verification);
  // Once asked for, it closes by its button alone: what is shown once must not go with a stray Escape.
  const inDialog = (content: ReactNode) => (
    <FormDialog
      title={t("Another secret for {{name}}", { name: webhook.name })}
      onClose={rotate.isPending || rotate.data ? undefined : onDone}
    >
      {content}
    </FormDialog>
  );
  if (rotate.data) {
    return inDialog(
      <div className="space-y-4">
        {rotate.data.secret !== null && <SecretOnce secret={rotate.data.secret} />}
        <Button weight="primary" onClick={onDone}>
          {t("I have copied it")}
        </Button>
      </div>,
    );
  }
  return inDialog(
    <Form
      label={t("Another secret")}
      fields={FIELDS}
      failure={rotate.error}
      busy={rotate.isPending}
      onSubmit={({ overlap = "24h", secret = "" }) =>
        rotate.mutate({ overlap, ...(secret !== "" && { secret }) })
      }
    >
      <TextField
        name="secret"
        label={mustGive ? t("Secret of the sender") : t("Secret of the sender, if there is one")}
        help={mustGive ? undefined : t("Left empty, one is made and shown once.")}
        type="password"
        autoComplete="off"
        required={mustGive}
      />
      <ChoiceField
        name="overlap"
        label={t("The secret before stays good for")}
        help={t("So that the sender can be told in peace. The one before that is worth nothing from now on.")}
        defaultValue="24h"
      >
        <option value="0s">{t("no longer: it ends now")}</option>
        <option value="1h">{t("an hour")}</option>
        <option value="24h">{t("a day")}</option>
        <option value="7d">{t("a week")}</option>
        <option value="30d">{t("30 days")}</option>
      </ChoiceField>
      <FormFailure title={t("The secret was not changed")} />
      <SubmitButton busy={t("Making it…")}>{t("Make another secret")}</SubmitButton>
    </Form>,
  );
}

// Makes a token: a name to know it by, what it permits, how long it lasts. Then it is shown, this once.
import { type ReactNode, useState } from "react";
import type { Profile } from "@/api/types";
import { Button } from "@/components/button";
import { ChoiceField, FieldError, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { FormDialog } from "@/components/form-dialog";
import { PermissionMatrix } from "@/components/permissions/permission-matrix";
import { Secret } from "@/components/secret";
import { Trans, t } from "@/lib/i18n";
import { useCreateToken } from "./api/create-token";

const FIELDS = ["name", "scopes", "expires_in_days"] as const;

export function NewToken({ profile, onDone }: { profile: Profile; onDone: () => void }) {
  const create = useCreateToken();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // Once asked for, it closes by its button alone: what is shown once must not go with a stray Escape.
  const inDialog = (content: ReactNode) => (
    <FormDialog title={t("New token")} onClose={create.isPending || create.data ? undefined : onDone}>
      {content}
    </FormDialog>
  );
  if (create.data) {
    return inDialog(
      <div className="space-y-4">
        <p className="text-sm">
          <Trans
            i18nKey="This is the token <1>{{name}}</1>. Copy it now: it is not shown again."
            values={{ name: create.data.name }}
            components={{ 1: <strong className="font-medium" /> }}
          />
        </p>
        <Secret value={create.data.token} label={t("Token")} once />
        <p className="text-sm text-muted">
          <Trans
            i18nKey="Programs send it as <1>Authorization: Bearer …</1>."
            components={{ 1: <code className="font-mono text-xs" /> }}
          />
        </p>
        <Button weight="primary" onClick={onDone}>
          {t("I have copied it")}
        </Button>
      </div>,
    );
  }
  return inDialog(
    <Form
      label={t("New token")}
      fields={FIELDS}
      failure={create.error}
      busy={create.isPending}
      onSubmit={({ name = "", expires_in_days = "" }) =>
        create.mutate({
          name,
          scopes: [...chosen],
          ...(expires_in_days && { expires_in_days: Number(expires_in_days) }),
        })
      }
    >
      <TextField
        name="name"
        label={t("Name")}
        help={t("What it is for, so that you know it later.")}
        maxLength={100}
        autoComplete="off"
        required
      />
      <PermissionMatrix
        legend={t("What it permits")}
        permissions={profile.permissions}
        chosen={chosen}
        onChange={setChosen}
      />
      <FieldError name="scopes" />
      <ChoiceField name="expires_in_days" label={t("Good for")} defaultValue="90">
        <option value="30">{t("30 days")}</option>
        <option value="90">{t("90 days")}</option>
        <option value="365">{t("A year")}</option>
        <option value="">{t("For ever")}</option>
      </ChoiceField>
      <FormFailure title={t("The token was not made")} />
      <SubmitButton busy={t("Making it…")}>{t("Make the token")}</SubmitButton>
    </Form>,
  );
}

// The end of one's account. It takes the password once more, since nothing brings it back.
import { useState } from "react";
import type { Profile } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Section } from "@/components/section";
import { Trans, t } from "@/lib/i18n";
import { useDeleteAccount } from "./api/delete-account";

const FIELDS = ["password"] as const;

export function DeletionSection({ profile }: { profile: Profile }) {
  const [open, setOpen] = useState(false);
  return (
    <Section
      title={t("Delete the account")}
      description={t(
        "It goes for good, with the workspaces that are yours alone. What you did in others stays there.",
      )}
    >
      <Button onClick={() => setOpen(true)}>{t("Delete my account")}</Button>
      {open && (
        <Dialog title={t("Delete your account")} onClose={() => setOpen(false)}>
          <DeletionForm profile={profile} />
        </Dialog>
      )}
    </Section>
  );
}

function DeletionForm({ profile }: { profile: Profile }) {
  const remove = useDeleteAccount();
  return (
    <Form
      label={t("Delete your account")}
      fields={FIELDS}
      failure={remove.error}
      busy={remove.isPending || remove.isSuccess}
      onSubmit={({ password }) => remove.mutate({ ...(password !== undefined && { password }) })}
    >
      <p className="text-sm">
        <Trans
          i18nKey="The account <1>{{email}}</1> is gone with this, and so are its workflows, secrets and files in workspaces that nobody else belongs to. Nobody can bring it back."
          values={{ email: profile.email }}
          components={{ 1: <strong className="font-medium" /> }}
        />
      </p>
      {profile.has_password && (
        <TextField
          name="password"
          label={t("Your password")}
          type="password"
          autoComplete="current-password"
          required
        />
      )}
      <FormFailure title={t("The account stays")} />
      <SubmitButton busy={t("Deleting it…")}>{t("Delete my account for good")}</SubmitButton>
    </Form>
  );
}

// Takes a password and a code, since whoever removes it may not be who set it up.
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { t } from "@/lib/i18n";
import { useRemoveSecondFactor } from "./api/remove-second-factor";

const FIELDS = ["password", "code"] as const;

interface RemoveSecondFactorProps {
  hasPassword: boolean;
  onDone: () => void;
}

export function RemoveSecondFactor({ hasPassword, onDone }: RemoveSecondFactorProps) {
  const remove = useRemoveSecondFactor();
  return (
    <Form
      label={t("Remove the second factor")}
      fields={FIELDS}
      failure={remove.error}
      busy={remove.isPending}
      onSubmit={({ password, code = "" }) =>
        remove.mutate(
          { ...(password !== undefined && { password }), code: code.trim() },
          { onSuccess: onDone },
        )
      }
    >
      {hasPassword && (
        <TextField
          name="password"
          label={t("Your password")}
          type="password"
          autoComplete="current-password"
          required
        />
      )}
      <TextField
        name="code"
        label={t("Code")}
        help={t("What your device shows now, or one of your recovery codes.")}
        autoComplete="one-time-code"
        required
      />
      <FormFailure title={t("The second factor stays")} />
      <SubmitButton busy={t("Removing…")}>{t("Remove it")}</SubmitButton>
    </Form>
  );
}

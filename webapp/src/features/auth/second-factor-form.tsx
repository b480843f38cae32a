// The code of the second factor, after another service has said who it is.

import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { t } from "@/lib/i18n";
import { useShowSecondFactor } from "./api/show-second-factor";

const FIELDS = ["code"] as const;

export function SecondFactorForm() {
  const show = useShowSecondFactor();
  return (
    <Form
      label={t("Second factor")}
      fields={FIELDS}
      failure={show.error}
      busy={show.isPending}
      onSubmit={({ code = "" }) => show.mutate(code.trim())}
    >
      <TextField
        name="code"
        label={t("Code of your second factor")}
        help={t("What your device shows now, or one of your recovery codes.")}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus
      />
      <FormFailure title={t("You could not be logged in")} />
      <SubmitButton busy={t("Logging in…")} className="w-full">
        {t("Log in")}
      </SubmitButton>
    </Form>
  );
}

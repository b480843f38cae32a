// Sets a new password with the token that stands behind the # of a letter's link.

import { Link } from "react-router";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Trans, t } from "@/lib/i18n";
import { useResetPassword } from "./api/reset-password";
import { Card, TEXT_LINK } from "./card";
import { BrokenLink } from "./verify";

const FIELDS = ["password"] as const;

export function Reset({ token }: { token: string }) {
  const reset = useResetPassword();
  if (token === "") return <BrokenLink title={t("Set a new password")} />;
  return (
    <Card
      title={t("Set a new password")}
      footer={
        <Link to="/forgot" className={TEXT_LINK}>
          {t("Ask for another letter")}
        </Link>
      }
    >
      {reset.isSuccess ? (
        <p role="status" className="text-sm">
          <Trans
            i18nKey="It is set. You were logged out everywhere. <a>Log in</a> with the new password."
            components={{ a: <Link to="/login" className={TEXT_LINK} /> }}
          />
        </p>
      ) : (
        <Form
          label={t("Set a new password")}
          fields={FIELDS}
          failure={reset.error}
          busy={reset.isPending}
          onSubmit={({ password = "" }) => reset.mutate({ token, password })}
        >
          <TextField
            name="password"
            label={t("New password")}
            help={t("At least ten characters. All your sessions and tokens end.")}
            type="password"
            autoComplete="new-password"
            required
          />
          <FormFailure title={t("The password was not set")} />
          <SubmitButton busy={t("Setting it…")} className="w-full">
            {t("Set the password")}
          </SubmitButton>
        </Form>
      )}
    </Card>
  );
}

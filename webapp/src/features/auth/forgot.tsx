// Asks for a letter with a link to set a new password; says the same whether the address has an account or not.

import { Link } from "react-router";
import type { Methods } from "@/api/types";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Trans, t } from "@/lib/i18n";
import { useForgotPassword } from "./api/forgot-password";
import { Card, TEXT_LINK } from "./card";

const FIELDS = ["email"] as const;

export function Forgot({ methods }: { methods: Methods }) {
  const forgot = useForgotPassword();
  return (
    <Card
      title={t("Forgot your password")}
      footer={
        <Link to="/login" className={TEXT_LINK}>
          {t("Back to the login")}
        </Link>
      }
    >
      {!methods.mail ? (
        <p className="text-sm">
          <Trans
            i18nKey="This server sends no letters. Its operator can set a new password for you with <c>lathe user reset</c>."
            components={{ c: <code className="font-mono text-xs" /> }}
          />
        </p>
      ) : forgot.isSuccess ? (
        <p role="status" className="text-sm">
          {t("If this address has an account, a letter is on its way. Its link is good for an hour.")}
        </p>
      ) : (
        <Form
          label={t("Forgot your password")}
          fields={FIELDS}
          failure={forgot.error}
          busy={forgot.isPending}
          onSubmit={({ email = "" }) => forgot.mutate(email)}
        >
          <TextField
            name="email"
            label={t("E-mail address")}
            help={t("A letter with a link to set a new password goes there.")}
            type="email"
            autoComplete="username"
            required
          />
          <FormFailure title={t("The letter was not asked for")} />
          <SubmitButton busy={t("Asking…")} className="w-full">
            {t("Send the letter")}
          </SubmitButton>
        </Form>
      )}
    </Card>
  );
}

// Address, password, and a code where the account asks for one: on the login page, and over a page that has expired.

import { useState } from "react";
import { ApiFailure } from "@/api/failure";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { t } from "@/lib/i18n";
import { useLogIn } from "./api/log-in";

const FIELDS = ["email", "password", "code"] as const;

interface LoginFormProps {
  /** Whose session has expired: nobody else may go on with what is on their page. */
  email?: string;
  onDone?: () => void;
}

export function LoginForm({ email, onDone }: LoginFormProps) {
  const logIn = useLogIn();
  const [needsCode, setNeedsCode] = useState(false);
  const failure = codeFailure(logIn.error, logIn.variables?.code !== undefined);
  return (
    <Form
      label={t("Log in")}
      fields={FIELDS}
      failure={failure}
      busy={logIn.isPending}
      onSubmit={({ email = "", password = "", code = "" }) =>
        logIn.mutate(needsCode ? { email, password, code } : { email, password }, {
          onSuccess: onDone,
          onError: (error) => {
            if (asksForCode(error)) setNeedsCode(true);
          },
        })
      }
    >
      {email === undefined ? (
        <TextField
          name="email"
          label={t("E-mail address")}
          type="email"
          autoComplete="username"
          required
          autoFocus
        />
      ) : (
        <input type="text" name="email" autoComplete="username" value={email} readOnly hidden />
      )}
      <TextField
        name="password"
        label={t("Password")}
        type="password"
        autoComplete="current-password"
        required
        autoFocus={email !== undefined}
      />
      {needsCode && (
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
      )}
      <FormFailure title={t("You could not be logged in")} />
      <SubmitButton busy={t("Logging in…")} className="w-full">
        {t("Log in")}
      </SubmitButton>
    </Form>
  );
}

function asksForCode(failure: unknown): failure is ApiFailure {
  return failure instanceof ApiFailure && failure.code === "second_factor_required";
}

/** That a code is asked for is no mistake; that it was wrong belongs at its field. */
function codeFailure(failure: unknown, sentCode: boolean): unknown {
  if (!asksForCode(failure)) return failure;
  if (!sentCode) return null;
  const { status, code, message } = failure;
  return new ApiFailure(status, code, message, [
    { place: "/code", path: "/code", message, atPlace: message },
  ]);
}

// The page that makes an account: the first one of a server, one by invitation, or one of anybody's.

import { Link } from "react-router";
import type { Methods } from "@/api/types";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Trans, t } from "@/lib/i18n";
import { loginPath } from "@/lib/next-path";
import { useRegister } from "./api/register";
import { Card, TEXT_LINK } from "./card";

const FIELDS = ["name", "email", "password", "setup_code"] as const;

interface RegisterCardProps {
  methods: Methods;
  /** The token of an invitation, from the link that brought the reader here. */
  invitation: string | undefined;
  onRegistered: () => void;
}

export function RegisterCard(props: RegisterCardProps) {
  const { methods, invitation } = props;
  const isClosed = !methods.first && methods.registration === "invite" && invitation === undefined;
  return (
    <Card
      title={methods.first ? t("Welcome to Lathe") : t("Register")}
      footer={
        !methods.first && (
          <p>
            <Trans
              i18nKey="You have an account? <a>Log in</a>"
              components={{ a: <Link to={loginLink(invitation)} className={TEXT_LINK} /> }}
            />
          </p>
        )
      }
    >
      {isClosed ? <Closed /> : <RegisterForm {...props} />}
    </Card>
  );
}

/** Who logs in to take an invitation comes back to it. */
function loginLink(invitation: string | undefined): string {
  if (invitation === undefined) return "/login";
  return loginPath({ pathname: "/register", search: "?invitation", hash: `#${invitation}` });
}

function Closed() {
  return (
    <p className="text-sm">
      {t(
        "An account on this server takes an invitation. Ask somebody who manages a workspace here to invite your e-mail address, then open the link that they send you.",
      )}
    </p>
  );
}

function RegisterForm({ methods, invitation, onRegistered }: RegisterCardProps) {
  const register = useRegister();
  const needsSetupCode = methods.first && methods.setup_code_required;
  return (
    <Form
      label={t("Register")}
      fields={FIELDS}
      failure={register.error}
      busy={register.isPending}
      onSubmit={({ name = "", email = "", password = "", setup_code }) =>
        register.mutate(
          {
            email,
            password,
            ...(name.trim() && { name: name.trim() }),
            ...(invitation && { invitation }),
            ...(needsSetupCode && { setup_code: setup_code?.trim() }),
          },
          { onSuccess: onRegistered },
        )
      }
    >
      <p className="text-sm text-muted">
        {methods.first
          ? t("The first account operates this server.")
          : invitation
            ? t("You are invited. Register with the e-mail address that the invitation was sent to.")
            : t("Your account gets a workspace of its own.")}
      </p>
      <TextField
        name="name"
        label={t("Name")}
        help={t("What others call you. You can leave it out.")}
        autoComplete="name"
        maxLength={100}
      />
      <TextField name="email" label={t("E-mail address")} type="email" autoComplete="username" required />
      <TextField
        name="password"
        label={t("Password")}
        help={t("At least ten characters; several words that do not belong together are a good one.")}
        type="password"
        autoComplete="new-password"
        required
      />
      {needsSetupCode && (
        <TextField
          name="setup_code"
          label={t("Setup code")}
          help={t("The server printed it when it started.")}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
      )}
      <FormFailure title={t("The account was not made")} />
      <SubmitButton busy={t("Making the account…")} className="w-full">
        {methods.first ? t("Make the first account") : t("Register")}
      </SubmitButton>
    </Form>
  );
}

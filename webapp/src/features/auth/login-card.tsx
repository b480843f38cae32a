// The login page. It leaves as soon as somebody is logged in, here or in another tab.

import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { getMethods } from "@/api/methods";
import { Trans, t } from "@/lib/i18n";
import { loginRefusal } from "@/lib/login-refusal";
import { Card, TEXT_LINK } from "./card";
import { LoginForm } from "./login-form";
import { ProviderLinks } from "./provider-links";
import { SecondFactorForm } from "./second-factor-form";

interface LoginCardProps {
  /** Where a login by way of another service goes on. */
  next: string;
  /** The server's word for why such a login did not work. */
  refusal?: string;
  /** Another service has said who it is, and a code is asked for besides. */
  asksForCode: boolean;
}

export function LoginCard({ next, refusal, asksForCode }: LoginCardProps) {
  const methods = useQuery(getMethods).data;
  if (asksForCode)
    return (
      <Card
        title={t("Log in")}
        footer={
          <p>
            <Link to={`/login?next=${encodeURIComponent(next)}`} className={TEXT_LINK}>
              {t("Log in another way")}
            </Link>
          </p>
        }
      >
        <SecondFactorForm />
      </Card>
    );
  return (
    <Card
      title={t("Log in")}
      footer={
        <>
          <p>
            <Link to="/forgot" className={TEXT_LINK}>
              {t("Forgot your password?")}
            </Link>
          </p>
          {methods?.registration === "open" && (
            <p>
              <Trans
                i18nKey="No account yet? <a>Register</a>"
                components={{ a: <Link to="/register" className={TEXT_LINK} /> }}
              />
            </p>
          )}
        </>
      }
    >
      {refusal !== undefined && (
        <p role="alert" className="rounded-lg border border-bad/30 bg-bad-soft p-3 text-sm">
          {loginRefusal(refusal)}
        </p>
      )}
      {methods && <ProviderLinks providers={methods.providers} next={next} />}
      <LoginForm />
    </Card>
  );
}

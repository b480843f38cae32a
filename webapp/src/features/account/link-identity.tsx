// Takes the password once more, where there is one: whoever is logged in at the other service can log in here afterwards.
import type { LoginProvider, Profile } from "@/api/types";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { t } from "@/lib/i18n";
import { useLinkIdentity } from "./api/link-identity";

const FIELDS = ["password"] as const;

export function LinkIdentity({ provider, profile }: { provider: LoginProvider; profile: Profile }) {
  const link = useLinkIdentity();
  return (
    <Form
      label={t("Link {{service}}", { service: provider.label })}
      fields={FIELDS}
      failure={link.error}
      busy={link.isPending || link.isSuccess}
      onSubmit={({ password }) =>
        link.mutate({ provider: provider.id, ...(password !== undefined && { password }) })
      }
    >
      <p className="text-sm">
        {t("You go on at {{service}}. Whoever is logged in there as you can log in here from then on.", {
          service: provider.label,
        })}
      </p>
      {profile.has_password && (
        <TextField
          name="password"
          label={t("Your password, once more")}
          type="password"
          autoComplete="current-password"
          required
        />
      )}
      <FormFailure title={t("{{service}} was not linked", { service: provider.label })} />
      <SubmitButton busy={t("Going there…")}>
        {t("Go on at {{service}}", { service: provider.label })}
      </SubmitButton>
    </Form>
  );
}

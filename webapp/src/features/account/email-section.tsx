// Another e-mail address: it counts once a letter to it was opened. A server without letters can't change one.
import { useQuery } from "@tanstack/react-query";
import { getMethods } from "@/api/methods";
import type { Profile } from "@/api/types";
import { beginAnew, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { useChangeEmail } from "./api/change-email";

const FIELDS = ["email", "password"] as const;

export function EmailSection({ profile }: { profile: Profile }) {
  const sendsLetters = useQuery(getMethods).data?.mail ?? false;
  const change = useChangeEmail();
  if (!sendsLetters) return null;
  return (
    <Section
      title={t("E-mail address")}
      description={t("A letter goes to the new address, and its link makes it yours. The old one is told.")}
    >
      <Form
        label={t("E-mail address")}
        fields={FIELDS}
        failure={change.error}
        busy={change.isPending}
        onSubmit={(values, form) => {
          const { email = "", password } = values;
          change.mutate(
            { email, ...(password !== undefined && { password }) },
            { onSuccess: () => beginAnew(form, values) },
          );
        }}
      >
        <TextField name="email" label={t("New address")} type="email" autoComplete="email" required />
        {profile.has_password && (
          <TextField
            name="password"
            label={t("Your password, once more")}
            type="password"
            autoComplete="current-password"
            required
          />
        )}
        <FormFailure title={t("The address was not changed")} />
        <div className="flex flex-wrap items-center gap-3">
          <SubmitButton busy={t("Asking…")}>{t("Send the letter")}</SubmitButton>
          <span role="status" className="text-sm text-muted">
            {change.isSuccess &&
              t("The letter is on its way to {{email}}.", { email: change.variables.email })}
          </span>
        </div>
      </Form>
    </Section>
  );
}

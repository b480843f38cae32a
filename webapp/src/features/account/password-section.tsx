// Sets another password, and says what that ends.
import type { Profile } from "@/api/types";
import { beginAnew, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { useChangePassword } from "./api/change-password";

const FIELDS = ["current", "password"] as const;

export function PasswordSection({ profile }: { profile: Profile }) {
  const change = useChangePassword();
  return (
    <Section
      title={t("Password")}
      description={
        profile.has_password
          ? t("Another password logs you out everywhere else, and ends all your API tokens.")
          : t(
              "You have none so far: you log in by way of another service. To set one takes that you have logged in within the last ten minutes.",
            )
      }
    >
      <Form
        label={t("Password")}
        fields={FIELDS}
        failure={change.error}
        busy={change.isPending}
        onSubmit={(values, form) => {
          const { current, password = "" } = values;
          change.mutate(
            { ...(current !== undefined && { current }), password },
            { onSuccess: () => beginAnew(form, values) },
          );
        }}
      >
        {/* Tells password managers whose password it is. */}
        <input type="text" autoComplete="username" defaultValue={profile.email} readOnly hidden />
        {profile.has_password && (
          <TextField
            name="current"
            label={t("Current password")}
            type="password"
            autoComplete="current-password"
            required
          />
        )}
        <TextField
          name="password"
          label={t("New password")}
          help={t("At least ten characters; several words that do not belong together are a good one.")}
          type="password"
          autoComplete="new-password"
          required
        />
        <FormFailure title={t("The password was not changed")} />
        <div className="flex flex-wrap items-center gap-3">
          <SubmitButton busy={t("Saving it…")}>
            {profile.has_password ? t("Change the password") : t("Set a password")}
          </SubmitButton>
          <span role="status" className="text-sm text-muted">
            {change.isSuccess && t("It is changed. You are logged out everywhere else.")}
          </span>
        </div>
      </Form>
    </Section>
  );
}

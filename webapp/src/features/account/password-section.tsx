// Sets another password, and says what that ends.
import type { Profile } from "@/api/types";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Section } from "@/components/section";
import { useChangePassword } from "./api/change-password";

const FIELDS = ["current", "password"] as const;

export function PasswordSection({ profile }: { profile: Profile }) {
  const change = useChangePassword();
  return (
    <Section
      title="Password"
      description="Another password logs you out everywhere else, and ends all your API tokens."
    >
      <Form
        label="Password"
        fields={FIELDS}
        failure={change.error}
        busy={change.isPending}
        onSubmit={(values, form) => {
          const { current = "", password = "" } = values;
          change.mutate({ current, password }, { onSuccess: () => form.reset() });
        }}
      >
        {/* Tells password managers whose password it is. */}
        <input type="text" autoComplete="username" defaultValue={profile.email} readOnly hidden />
        <TextField
          name="current"
          label="Current password"
          type="password"
          autoComplete="current-password"
          required
        />
        <TextField
          name="password"
          label="New password"
          help="At least ten characters; several words that do not belong together are a good one."
          type="password"
          autoComplete="new-password"
          required
        />
        <FormFailure title="The password was not changed" />
        <div className="flex flex-wrap items-center gap-3">
          <SubmitButton busy="Changing it…">Change the password</SubmitButton>
          <span role="status" className="text-sm text-muted">
            {change.isSuccess && "It is changed. You are logged out everywhere else."}
          </span>
        </div>
      </Form>
    </Section>
  );
}

// Another e-mail address: it counts once a letter to it was opened. A server without letters can't change one.
import { useQuery } from "@tanstack/react-query";
import { getMethods } from "@/api/methods";
import type { Profile } from "@/api/types";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Section } from "@/components/section";
import { useChangeEmail } from "./api/change-email";

const FIELDS = ["email", "password"] as const;

export function EmailSection({ profile }: { profile: Profile }) {
  const sendsLetters = useQuery(getMethods).data?.mail ?? false;
  const change = useChangeEmail();
  if (!sendsLetters) return null;
  return (
    <Section
      title="E-mail address"
      description="A letter goes to the new address, and its link makes it yours. The old one is told."
    >
      <Form
        label="E-mail address"
        fields={FIELDS}
        failure={change.error}
        busy={change.isPending}
        onSubmit={({ email = "", password }, form) =>
          change.mutate(
            { email, ...(password !== undefined && { password }) },
            { onSuccess: () => form.reset() },
          )
        }
      >
        <TextField name="email" label="New address" type="email" autoComplete="email" required />
        {profile.has_password && (
          <TextField
            name="password"
            label="Your password, once more"
            type="password"
            autoComplete="current-password"
            required
          />
        )}
        <FormFailure title="The address was not changed" />
        <div className="flex flex-wrap items-center gap-3">
          <SubmitButton busy="Asking…">Send the letter</SubmitButton>
          <span role="status" className="text-sm text-muted">
            {change.isSuccess && `The letter is on its way to ${change.variables.email}.`}
          </span>
        </div>
      </Form>
    </Section>
  );
}

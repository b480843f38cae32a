// Takes the password once more, where there is one: whoever is logged in at the other service can log in here afterwards.
import type { LoginProvider, Profile } from "@/api/types";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { useLinkIdentity } from "./api/link-identity";

const FIELDS = ["password"] as const;

export function LinkIdentity({ provider, profile }: { provider: LoginProvider; profile: Profile }) {
  const link = useLinkIdentity();
  return (
    <Form
      label={`Link ${provider.label}`}
      fields={FIELDS}
      failure={link.error}
      busy={link.isPending || link.isSuccess}
      onSubmit={({ password }) =>
        link.mutate({ provider: provider.id, ...(password !== undefined && { password }) })
      }
    >
      <p className="text-sm">
        You go on at {provider.label}. Whoever is logged in there as you can log in here from then on.
      </p>
      {profile.has_password && (
        <TextField
          name="password"
          label="Your password, once more"
          type="password"
          autoComplete="current-password"
          required
        />
      )}
      <FormFailure title={`${provider.label} was not linked`} />
      <SubmitButton busy="Going there…">Go on at {provider.label}</SubmitButton>
    </Form>
  );
}

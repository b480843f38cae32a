// Sets a new password with the token that stands behind the # of a letter's link.
import { Link } from "react-router";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { useResetPassword } from "./api/reset-password";
import { Card, TEXT_LINK } from "./card";
import { BrokenLink } from "./verify";

const FIELDS = ["password"] as const;

export function Reset({ token }: { token: string }) {
  const reset = useResetPassword();
  if (token === "") return <BrokenLink title="Set a new password" />;
  return (
    <Card
      title="Set a new password"
      footer={
        <Link to="/forgot" className={TEXT_LINK}>
          Ask for another letter
        </Link>
      }
    >
      {reset.isSuccess ? (
        <p role="status" className="text-sm">
          It is set. You were logged out everywhere.{" "}
          <Link to="/login" className={TEXT_LINK}>
            Log in
          </Link>{" "}
          with the new password.
        </p>
      ) : (
        <Form
          label="Set a new password"
          fields={FIELDS}
          failure={reset.error}
          busy={reset.isPending}
          onSubmit={({ password = "" }) => reset.mutate({ token, password })}
        >
          <TextField
            name="password"
            label="New password"
            help="At least ten characters. All your sessions and tokens end."
            type="password"
            autoComplete="new-password"
            required
          />
          <FormFailure title="The password was not set" />
          <SubmitButton busy="Setting it…" className="w-full">
            Set the password
          </SubmitButton>
        </Form>
      )}
    </Card>
  );
}

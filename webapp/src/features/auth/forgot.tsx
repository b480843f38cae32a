// Asks for a letter with a link to set a new password; says the same whether the address has an account or not.
import { Link } from "react-router";
import type { Methods } from "@/api/types";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { useForgotPassword } from "./api/forgot-password";
import { Card, TEXT_LINK } from "./card";

const FIELDS = ["email"] as const;

export function Forgot({ methods }: { methods: Methods }) {
  const forgot = useForgotPassword();
  return (
    <Card
      title="Forgot your password"
      footer={
        <Link to="/login" className={TEXT_LINK}>
          Back to the login
        </Link>
      }
    >
      {!methods.mail ? (
        <p className="text-sm">
          This server sends no letters. Its operator can set a new password for you with{" "}
          <code className="font-mono text-xs">lathe user reset</code>.
        </p>
      ) : forgot.isSuccess ? (
        <p role="status" className="text-sm">
          If this address has an account, a letter is on its way. Its link is good for an hour.
        </p>
      ) : (
        <Form
          label="Forgot your password"
          fields={FIELDS}
          failure={forgot.error}
          busy={forgot.isPending}
          onSubmit={({ email = "" }) => forgot.mutate(email)}
        >
          <TextField
            name="email"
            label="E-mail address"
            help="A letter with a link to set a new password goes there."
            type="email"
            autoComplete="username"
            required
          />
          <FormFailure title="The letter was not asked for" />
          <SubmitButton busy="Asking…" className="w-full">
            Send the letter
          </SubmitButton>
        </Form>
      )}
    </Card>
  );
}

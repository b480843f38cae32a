// Proves an address with the token of a letter. It takes a click, since programs that look into letters open links too.
import { Link } from "react-router";
import { Form, FormFailure, SubmitButton } from "@/components/form";
import { useConfirmEmail } from "./api/confirm-email";
import { Card, TEXT_LINK } from "./card";

const FIELDS: readonly string[] = [];

export function Verify({ token }: { token: string }) {
  const confirm = useConfirmEmail();
  if (token === "") return <BrokenLink title="Verify your address" />;
  return (
    <Card title="Verify your address">
      {confirm.isSuccess ? (
        <p role="status" className="text-sm">
          Thank you: your address is verified.{" "}
          <Link to="/workflows" className={TEXT_LINK}>
            Go to Lathe
          </Link>
        </p>
      ) : (
        <Form
          label="Verify your address"
          fields={FIELDS}
          failure={confirm.error}
          busy={confirm.isPending}
          onSubmit={() => confirm.mutate(token)}
        >
          <p className="text-sm text-muted">
            The letter has reached you. Say so, and the address is known to be yours.
          </p>
          <FormFailure title="The address was not verified" />
          <SubmitButton busy="Verifying…" className="w-full">
            Verify my address
          </SubmitButton>
        </Form>
      )}
    </Card>
  );
}

export function BrokenLink({ title }: { title: string }) {
  return (
    <Card title={title}>
      <p className="text-sm">
        The link is not whole. Open it from the letter once more, or copy all of it into the address line.
      </p>
    </Card>
  );
}

// Proves an address with the token of a letter. It takes a click, since programs that look into letters open links too.

import { Link } from "react-router";
import { Form, FormFailure, SubmitButton } from "@/components/form";
import { Trans, t } from "@/lib/i18n";
import { useConfirmEmail } from "./api/confirm-email";
import { Card, TEXT_LINK } from "./card";

const FIELDS: readonly string[] = [];

export function Verify({ token }: { token: string }) {
  const confirm = useConfirmEmail();
  if (token === "") return <BrokenLink title={t("Verify your address")} />;
  return (
    <Card title={t("Verify your address")}>
      {confirm.isSuccess ? (
        <p role="status" className="text-sm">
          <Trans
            i18nKey="Thank you: your address is verified. <a>Go to Lathe</a>"
            components={{ a: <Link to="/workflows" className={TEXT_LINK} /> }}
          />
        </p>
      ) : (
        <Form
          label={t("Verify your address")}
          fields={FIELDS}
          failure={confirm.error}
          busy={confirm.isPending}
          onSubmit={() => confirm.mutate(token)}
        >
          <p className="text-sm text-muted">
            {t("The letter has reached you. Say so, and the address is known to be yours.")}
          </p>
          <FormFailure title={t("The address was not verified")} />
          <SubmitButton busy={t("Verifying…")} className="w-full">
            {t("Verify my address")}
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
        {t(
          "The link is not whole. Open it from the letter once more, or copy all of it into the address line.",
        )}
      </p>
    </Card>
  );
}

// Replaces what a secret holds, as a whole: nothing of what it held can be shown or kept in part.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SecretRecord } from "@/api/types";
import { Form, FormFailure, SubmitButton } from "@/components/form";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { listKinds } from "./api/list-kinds";
import { useUpdateSecret } from "./api/update-secret";
import { heldFaults } from "./held-faults";
import { HeldFields } from "./held-fields";
import { heldBy } from "./kinds";
import { NO_PAIRS } from "./secret-form";

const FIELDS = ["value", "fields"] as const;

interface ReplaceValueProps {
  secret: SecretRecord;
  etag: string | undefined;
  onDone: () => void;
}

export function ReplaceValue({ secret, etag, onDone }: ReplaceValueProps) {
  const kind = useQuery(listKinds).data?.find(({ name }) => name === secret.kind);
  const update = useUpdateSecret(secret.id);
  const [begun] = useState(etag);
  const [values, setValues] = useState<Record<string, string>>({});
  const [own, setOwn] = useState(NO_PAIRS);
  if (!kind) return <SkeletonRows rows={2} label={t("Reading the kinds of secrets")} />;
  return (
    <Form
      label={t("What it holds")}
      fields={FIELDS}
      failure={update.error}
      busy={update.isPending}
      onSubmit={() =>
        update.mutate({ etag: begun, body: heldBy(kind.name, values, own) }, { onSuccess: onDone })
      }
    >
      <p className="text-sm text-muted">
        {t("What it held is gone then. Every step that begins after that gets the new one.")}
      </p>
      <HeldFields
        kind={kind}
        values={values}
        own={own}
        faults={heldFaults(update.error)}
        onValues={setValues}
        onOwn={setOwn}
      />
      <FormFailure title={t("The secret was not changed")} />
      <SubmitButton busy={t("Keeping it…")}>{t("Replace what it holds")}</SubmitButton>
    </Form>
  );
}

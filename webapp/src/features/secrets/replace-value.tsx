// Replaces what a secret holds, as a whole: nothing of what it held can be shown or kept in part.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SecretRecord } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { Form, FormFailure, SubmitButton } from "@/components/form";
import { Opened, useOutdated } from "@/components/opened";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getSecret } from "./api/get-secret";
import { listKinds } from "./api/list-kinds";
import { useUpdateSecret } from "./api/update-secret";
import { factsOf } from "./edit-secret";
import { heldFaults } from "./held-faults";
import { HeldFields } from "./held-fields";
import { heldBy } from "./kinds";
import { NO_PAIRS } from "./secret-form";

const FIELDS = ["value", "fields"] as const;

interface ReplaceValueProps {
  id: string;
  onDone: () => void;
}

export function ReplaceValue({ id, onDone }: ReplaceValueProps) {
  const query = useQuery(getSecret(id));
  return (
    <Opened query={query} reading={t("Reading the secret")} unreadable={t("The secret could not be read")}>
      {(opened, begin) => <Replacing opened={opened} query={query} onTheirs={begin} onDone={onDone} />}
    </Opened>
  );
}

interface ReplacingProps {
  opened: Versioned<SecretRecord>;
  query: UseQueryResult<Versioned<SecretRecord>>;
  onTheirs: (theirs: Versioned<SecretRecord>) => void;
  onDone: () => void;
}

function Replacing({ opened, query, onTheirs, onDone }: ReplacingProps) {
  const secret = opened.value;
  const kind = useQuery(listKinds).data?.find(({ name }) => name === secret.kind);
  const update = useUpdateSecret(secret.id);
  const { etag, outdated } = useOutdated({ opened, query, change: update, factsOf, onTheirs });
  const [values, setValues] = useState<Record<string, string>>({});
  const [own, setOwn] = useState(NO_PAIRS);
  if (!kind) return <SkeletonRows rows={2} label={t("Reading the kinds of secrets")} />;
  return (
    <Form
      label={t("What it holds")}
      fields={FIELDS}
      failure={update.error}
      busy={update.isPending}
      onSubmit={() => update.mutate({ etag, body: heldBy(kind.name, values, own) }, { onSuccess: onDone })}
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
      {outdated ?? <FormFailure title={t("The secret was not changed")} />}
      <SubmitButton busy={t("Keeping it…")}>{t("Replace what it holds")}</SubmitButton>
    </Form>
  );
}

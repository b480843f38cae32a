// Makes a secret: its name, its kind, what that kind holds. Nothing of it is kept here, and nobody is shown it again.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { SecretKind } from "@/api/types";
import { FailureNotice } from "@/components/failure-notice";
import { ChoiceField, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useCreateSecret } from "./api/create-secret";
import { listKinds } from "./api/list-kinds";
import { heldFaults } from "./held-faults";
import { HeldFields } from "./held-fields";
import { heldBy, kindTitle, type Pair } from "./kinds";
import { SecretName } from "./secret-name";

const FIELDS = ["name", "description", "kind", "value", "fields"] as const;
export const NO_PAIRS: readonly Pair[] = [{ name: "", value: "" }];

export function CreateSecret() {
  const kinds = useQuery(listKinds);
  if (kinds.data) return <SecretForm kinds={kinds.data} />;
  if (kinds.isError)
    return (
      <FailureNotice
        failure={kinds.error}
        title={t("The kinds of secrets could not be read")}
        onRetry={() => void kinds.refetch()}
      />
    );
  return <SkeletonRows label={t("Reading the kinds of secrets")} />;
}

function SecretForm({ kinds }: { kinds: SecretKind[] }) {
  const navigate = useNavigate();
  const create = useCreateSecret();
  const [name, setName] = useState("");
  const [kind, setKind] = useState(kinds[0]);
  const [values, setValues] = useState<Record<string, string>>({});
  const [own, setOwn] = useState(NO_PAIRS);
  if (!kind) return null;
  return (
    <Form
      label={t("Secret")}
      fields={FIELDS}
      failure={create.error}
      busy={create.isPending}
      className="max-w-xl"
      onSubmit={({ description = "" }) =>
        create.mutate(
          { name: name.trim(), description, ...heldBy(kind.name, values, own) },
          { onSuccess: ({ id }) => void navigate(`/secrets/${id}`) },
        )
      }
    >
      <SecretName value={name} onChange={setName} />
      <ChoiceField
        name="kind"
        label={t("Kind")}
        value={kind.name}
        onChange={(event) => {
          setKind(kinds.find((each) => each.name === event.target.value));
          setValues({});
        }}
      >
        {kinds.map((each) => (
          <option key={each.name} value={each.name}>
            {kindTitle(each)}
          </option>
        ))}
      </ChoiceField>
      <HeldFields
        kind={kind}
        values={values}
        own={own}
        faults={heldFaults(create.error)}
        onValues={setValues}
        onOwn={setOwn}
      />
      <TextField name="description" label={t("What it is for")} maxLength={1000} autoComplete="off" />
      <p className="text-sm text-muted">
        {t(
          "It is sealed on the server. Nobody is shown it again, and it is taken out of logs and outputs of runs.",
        )}
      </p>
      <FormFailure title={t("The secret was not kept")} />
      <SubmitButton busy={t("Keeping it…")}>{t("Keep the secret")}</SubmitButton>
    </Form>
  );
}

// Changes name and description of a secret. A name that workflows use is given up only when that is asked for.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiFailure } from "@/api/failure";
import type { SecretRecord } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { CheckField } from "@/components/check-field";
import { FailureNotice } from "@/components/failure-notice";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getSecret } from "./api/get-secret";
import { useUpdateSecret } from "./api/update-secret";
import { SecretName } from "./secret-name";

const FIELDS = ["name", "description"] as const;

export function EditSecret({ id }: { id: string }) {
  const query = useQuery(getSecret(id));
  if (query.data) return <Editing opened={query.data} />;
  if (query.isError)
    return (
      <FailureNotice
        failure={query.error}
        title={t("The secret could not be read")}
        onRetry={() => void query.refetch()}
      />
    );
  return <SkeletonRows label={t("Reading the secret")} />;
}

function Editing({ opened }: { opened: Versioned<SecretRecord> }) {
  const navigate = useNavigate();
  const [{ value: secret, etag }] = useState(opened);
  const [name, setName] = useState(secret.name);
  const [force, setForce] = useState(false);
  const update = useUpdateSecret(secret.id);
  const isRenamed = name.trim() !== secret.name;
  const isRefused = update.error instanceof ApiFailure && update.error.code === "conflict";
  return (
    <Form
      label={t("Secret")}
      fields={FIELDS}
      failure={update.error}
      busy={update.isPending}
      className="max-w-xl"
      onSubmit={({ description = "" }) =>
        update.mutate(
          { etag, force: force && isRenamed, body: { description, ...(isRenamed && { name: name.trim() }) } },
          { onSuccess: () => void navigate(`/secrets/${secret.id}`) },
        )
      }
    >
      <SecretName value={name} onChange={setName} />
      <TextField
        name="description"
        label={t("What it is for")}
        defaultValue={secret.description}
        maxLength={1000}
        autoComplete="off"
      />
      <FormFailure title={t("The secret was not changed")} />
      {isRenamed && (isRefused || force) && (
        <CheckField
          label={t("Rename it although workflows use it")}
          help={t("Their steps fail from then on, until they are changed to the new name.")}
          checked={force}
          onChange={setForce}
        />
      )}
      <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
    </Form>
  );
}

// Changes name and description of a secret. A name that workflows use is given up only when that is asked for.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ApiFailure } from "@/api/failure";
import type { SecretRecord } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { CheckField } from "@/components/check-field";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { type Facts, Opened, useOutdated } from "@/components/opened";
import { t } from "@/lib/i18n";
import { getSecret } from "./api/get-secret";
import { useUpdateSecret } from "./api/update-secret";
import { SecretName } from "./secret-name";

const FIELDS = ["name", "description"] as const;

export function EditSecret({ id }: { id: string }) {
  const query = useQuery(getSecret(id));
  return (
    <Opened query={query} reading={t("Reading the secret")} unreadable={t("The secret could not be read")}>
      {(opened, begin) => <Editing opened={opened} query={query} onTheirs={begin} />}
    </Opened>
  );
}

interface EditingProps {
  opened: Versioned<SecretRecord>;
  query: UseQueryResult<Versioned<SecretRecord>>;
  onTheirs: (theirs: Versioned<SecretRecord>) => void;
}

function Editing({ opened, query, onTheirs }: EditingProps) {
  const navigate = useNavigate();
  const secret = opened.value;
  const [name, setName] = useState(secret.name);
  const [force, setForce] = useState(false);
  const update = useUpdateSecret(secret.id);
  const { etag, outdated } = useOutdated({ opened, query, change: update, factsOf, onTheirs });
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
      {outdated ?? <FormFailure title={t("The secret was not changed")} />}
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

export function factsOf({ value }: Versioned<SecretRecord>): Facts {
  return [
    [t("Name"), value.name],
    [t("What it is for"), value.description],
  ];
}

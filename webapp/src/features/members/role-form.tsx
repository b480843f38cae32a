// Makes a role of the workspace's own, or changes what one permits. Nobody gives away more than they have.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiFailure } from "@/api/failure";
import type { Role } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { ChoiceField, FieldError, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { PermissionMatrix } from "@/components/permissions/permission-matrix";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { roleName } from "@/lib/role-name";
import { allPermissions } from "./all-permissions";
import { getRole } from "./api/get-role";
import { usePutRole } from "./api/put-role";

const FIELDS = ["name", "permissions"] as const;

interface RoleFormProps {
  workspace: string;
  roles: readonly Role[];
  /** What the reader may do. */
  own: readonly string[];
  onDone: () => void;
}

export function NewRole({ workspace, roles, own, onDone }: RoleFormProps) {
  const put = usePutRole(workspace);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [taken, setTaken] = useState<string>();
  const beginWith = (name: string) => {
    const role = roles.find((each) => each.name === name);
    if (role) setChosen(new Set(role.permissions.filter((permission) => own.includes(permission))));
  };
  return (
    <Form
      label={t("New role")}
      fields={FIELDS}
      failure={put.error}
      busy={put.isPending}
      onSubmit={({ name = "" }) => {
        // The server would change the one that is there.
        const isThere = roles.some((role) => role.name === name);
        setTaken(isThere ? name : undefined);
        if (!isThere) put.mutate({ name, permissions: [...chosen], etag: undefined }, { onSuccess: onDone });
      }}
    >
      <TextField
        name="name"
        label={t("Name")}
        help={t("Lower case letters, digits, hyphens and underscores; a letter first.")}
        pattern="[a-z][a-z0-9_\-]{0,47}"
        title={t("Lower case letters, digits, hyphens and underscores; a letter first.")}
        maxLength={48}
        autoComplete="off"
        required
      />
      {taken !== undefined && (
        <p role="alert" className="text-sm text-bad">
          {t("There is a role {{name}} already: take another name, or change that one.", { name: taken })}
        </p>
      )}
      <ChoiceField
        name="begin"
        label={t("Begin with what another role permits")}
        defaultValue=""
        onChange={(event) => beginWith(event.target.value)}
      >
        <option value="">{t("Nothing")}</option>
        {roles.map(({ name }) => (
          <option key={name} value={name}>
            {roleName(name)}
          </option>
        ))}
      </ChoiceField>
      <PermissionMatrix
        legend={t("What it permits")}
        permissions={allPermissions(roles)}
        chosen={chosen}
        grantable={new Set(own)}
        onChange={setChosen}
      />
      <FieldError name="permissions" />
      <FormFailure title={t("The role was not made")} />
      <SubmitButton busy={t("Saving…")}>{t("Make the role")}</SubmitButton>
    </Form>
  );
}

export function ChangeRole({ name, ...props }: RoleFormProps & { name: string }) {
  const query = useQuery(getRole(props.workspace, name));
  if (query.isError && !query.data)
    return (
      <FailureNotice
        failure={query.error}
        title={t("The role could not be read")}
        onRetry={() => query.refetch()}
      />
    );
  if (!query.data) return <SkeletonRows rows={6} label={t("Reading the role")} />;
  const { role, etag } = query.data;
  return (
    <Permissions {...props} role={role} etag={etag} onReload={async () => (await query.refetch()).data} />
  );
}

interface PermissionsProps extends RoleFormProps {
  role: Role;
  etag: string | undefined;
  onReload: () => Promise<{ etag: string | undefined } | undefined>;
}

function Permissions({ workspace, roles, own, role, etag, onDone, onReload }: PermissionsProps) {
  const put = usePutRole(workspace);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(role.permissions));
  // Of what the choice began with: a later reading must not lend its mark to it.
  const [begun, setBegun] = useState(etag);
  const isOutdated = put.error instanceof ApiFailure && put.error.status === 412;
  return (
    <Form
      label={t("Change the role {{name}}", { name: role.name })}
      fields={FIELDS}
      failure={isOutdated ? null : put.error}
      busy={put.isPending}
      onSubmit={() =>
        put.mutate({ name: role.name, permissions: [...chosen], etag: begun }, { onSuccess: onDone })
      }
    >
      <p className="text-sm text-muted">
        {t("Whoever has this role may do what is chosen here, from now on.")}
      </p>
      <PermissionMatrix
        legend={t("What it permits")}
        permissions={allPermissions(roles)}
        chosen={chosen}
        grantable={new Set(own)}
        onChange={setChosen}
      />
      <FieldError name="permissions" />
      {isOutdated && (
        <div role="alert" className="space-y-2 rounded-md border border-warn/30 bg-warn-soft p-3 text-sm">
          <p>
            {t(
              "Somebody else has changed this role since you opened it. What you chose is still here: look at theirs in the list, then save again to keep yours.",
            )}
          </p>
          <Button
            onClick={async () => {
              const theirs = await onReload();
              if (!theirs) return;
              setBegun(theirs.etag);
              put.reset();
            }}
          >
            {t("I have looked: let me save mine")}
          </Button>
        </div>
      )}
      <FormFailure title={t("The role was not changed")} />
      <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
    </Form>
  );
}

// Makes a role of the workspace's own, or changes what one permits. Nobody gives away more than they have.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Role } from "@/api/types";
import { ChoiceField, FieldError, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { type Facts, Opened, useOutdated } from "@/components/opened";
import { PermissionMatrix, permissionsText } from "@/components/permissions/permission-matrix";
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
        takes={t("lower case letters, digits, hyphens and underscores; a letter first")}
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

interface ReadRole {
  role: Role;
  etag: string | undefined;
}

export function ChangeRole({ name, ...props }: RoleFormProps & { name: string }) {
  const query = useQuery(getRole(props.workspace, name));
  return (
    <Opened query={query} reading={t("Reading the role")} unreadable={t("The role could not be read")}>
      {(opened, begin) => <Permissions {...props} opened={opened} query={query} onTheirs={begin} />}
    </Opened>
  );
}

interface PermissionsProps extends RoleFormProps {
  opened: ReadRole;
  query: UseQueryResult<ReadRole>;
  onTheirs: (theirs: ReadRole) => void;
}

function Permissions({ workspace, roles, own, opened, query, onTheirs, onDone }: PermissionsProps) {
  const put = usePutRole(workspace);
  const { role } = opened;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(role.permissions));
  const { etag, outdated } = useOutdated({ opened, query, change: put, factsOf, onTheirs });
  return (
    <Form
      label={t("Change the role {{name}}", { name: role.name })}
      fields={FIELDS}
      failure={put.error}
      busy={put.isPending}
      onSubmit={() => put.mutate({ name: role.name, permissions: [...chosen], etag }, { onSuccess: onDone })}
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
      {outdated ?? <FormFailure title={t("The role was not changed")} />}
      <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
    </Form>
  );
}

function factsOf({ role }: ReadRole): Facts {
  return [[t("What it permits"), permissionsText(role.permissions)]];
}

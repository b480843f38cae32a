// What each role may do, and the workspace's own ones: made, changed and removed here.
import { useQuery } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Profile, Role } from "@/api/types";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm/confirm-dialog";
import { FailureNotice } from "@/components/failure-notice";
import { FormDialog } from "@/components/form-dialog";
import { PermissionMatrix } from "@/components/permissions/permission-matrix";
import { ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { roleName } from "@/lib/role-name";
import { allPermissions } from "./all-permissions";
import { useDeleteRole } from "./api/delete-role";
import { getRole } from "./api/get-role";
import { listRoles } from "./api/list-roles";
import { grantableRoles } from "./grantable";
import { ChangeRole, NewRole } from "./role-form";

interface RoleSectionProps {
  workspace: string;
  profile: Profile;
  mayChange: boolean;
}

export function RoleSection({ workspace, profile, mayChange }: RoleSectionProps) {
  const query = useQuery(listRoles(workspace));
  const [open, setOpen] = useState<{ does: "make" } | { does: "change" | "remove"; name: string }>();
  const roles = query.data?.items ?? [];
  const changeable = new Set(
    mayChange
      ? grantableRoles(roles, profile.permissions)
          .filter(({ built_in }) => !built_in)
          .map(({ name }) => name)
      : [],
  );
  const close = () => setOpen(undefined);
  return (
    <Section
      title={t("Roles")}
      description={t("What members may do here. Every workspace has the first five; others are its own.")}
    >
      {query.isPending && <SkeletonRows rows={5} label={t("Reading the roles")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The roles could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && (
        <ul aria-label={t("Roles")} className={ROWS}>
          {roles.map((role) => (
            <RoleRow
              key={role.name}
              role={role}
              all={allPermissions(roles)}
              isChangeable={changeable.has(role.name)}
              onChange={() => setOpen({ does: "change", name: role.name })}
              onRemove={() => setOpen({ does: "remove", name: role.name })}
            />
          ))}
        </ul>
      )}
      {mayChange && (
        <Button onClick={() => setOpen({ does: "make" })}>
          <Plus aria-hidden />
          {t("New role")}
        </Button>
      )}
      {open?.does === "make" && (
        <FormDialog title={t("New role")} onClose={close}>
          <NewRole workspace={workspace} roles={roles} own={profile.permissions} onDone={close} />
        </FormDialog>
      )}
      {open?.does === "change" && (
        <FormDialog title={t("Change the role {{name}}", { name: open.name })} onClose={close}>
          <ChangeRole
            workspace={workspace}
            name={open.name}
            roles={roles}
            own={profile.permissions}
            onDone={close}
          />
        </FormDialog>
      )}
      {open?.does === "remove" && <RemoveRole workspace={workspace} name={open.name} onClose={close} />}
    </Section>
  );
}

interface RemoveRoleProps {
  workspace: string;
  name: string;
  onClose: () => void;
}

/** What is deleted is the role as it was when this was asked. */
function RemoveRole({ workspace, name, onClose }: RemoveRoleProps) {
  const seen = useQuery(getRole(workspace, name));
  const remove = useDeleteRole(workspace);
  return (
    <ConfirmDialog
      title={t("Delete the role {{name}}?", { name })}
      confirm={t("Delete the role")}
      busy={seen.isFetching || remove.isPending}
      failure={remove.error}
      failureTitle={t("The role was not deleted")}
      onConfirm={() => remove.mutate({ name, etag: seen.data?.etag }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t("A role that members have stays: give them another one first.")}</p>
    </ConfirmDialog>
  );
}

interface RoleRowProps {
  role: Role;
  all: readonly string[];
  isChangeable: boolean;
  onChange: () => void;
  onRemove: () => void;
}

function RoleRow({ role, all, isChangeable, onChange, onRemove }: RoleRowProps) {
  const { name, built_in, permissions } = role;
  return (
    <li className="flex items-start text-sm">
      <details className="min-w-0 flex-1">
        <summary className="px-3 py-2 -outline-offset-2 hover:bg-canvas pointer-coarse:py-3">
          <span className="font-medium">{roleName(name)}</span>
          <span className="text-muted">
            {" · "}
            {t("{{count}} permissions", { count: permissions.length })}
            {!built_in && ` · ${t("of this workspace's own")}`}
          </span>
        </summary>
        <div className="px-3 pb-3">
          <PermissionMatrix legend={t("What it permits")} permissions={all} chosen={new Set(permissions)} />
        </div>
      </details>
      {isChangeable && (
        <span className="flex shrink-0 p-0.5">
          <Button
            weight="quiet"
            className="px-1.5"
            title={t("Change the role {{name}}", { name })}
            aria-label={t("Change the role {{name}}", { name })}
            onClick={onChange}
          >
            <Pencil aria-hidden />
          </Button>
          <Button
            weight="quiet"
            className="px-1.5"
            title={t("Delete the role {{name}}", { name })}
            aria-label={t("Delete the role {{name}}", { name })}
            onClick={onRemove}
          >
            <Trash2 aria-hidden />
          </Button>
        </span>
      )}
    </li>
  );
}

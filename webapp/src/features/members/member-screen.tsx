// The inside of /members/:id/edit: another role for somebody, among those that can be given. Nobody is made a member by a
// form: /members/new says how they become one.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { useProfile } from "@/api/auth-context";
import { currentWorkspace } from "@/api/profile";
import type { Member } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { buttonClass } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { FailureNotice } from "@/components/failure-notice";
import { ChoiceField, Form, FormFailure, SubmitButton } from "@/components/form";
import { MayOnly } from "@/components/may-only";
import { type Facts, Opened, useOutdated } from "@/components/opened";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { roleName } from "@/lib/role-name";
import { useChangeMember } from "./api/change-member";
import { getMember } from "./api/get-member";
import { listRoles } from "./api/list-roles";
import { choosableRoles } from "./grantable";

const FIELDS = ["role"] as const;

export function MemberScreen({ id }: { id?: string }) {
  const profile = useProfile();
  const workspace = profile && currentWorkspace(profile)?.id;
  return (
    <MayOnly takes={["members:write"]}>
      {id === undefined && <ByInvitation />}
      {id !== undefined && workspace !== undefined && <EditMember key={id} workspace={workspace} id={id} />}
    </MayOnly>
  );
}

function ByInvitation() {
  return (
    <EmptyState icon={<UserPlus />} title={t("Members come by an invitation")}>
      <p>{t("Who takes it belongs to this workspace, with the role that it names.")}</p>
      <Link to="/settings?tab=members" className={buttonClass("primary")}>
        {t("Invite somebody")}
      </Link>
    </EmptyState>
  );
}

interface EditMemberProps {
  workspace: string;
  id: string;
}

function EditMember({ workspace, id }: EditMemberProps) {
  const query = useQuery(getMember(workspace, id));
  return (
    <Opened query={query} reading={t("Reading the member")} unreadable={t("The member could not be read")}>
      {(opened, begin) => <RoleOf workspace={workspace} opened={opened} query={query} onTheirs={begin} />}
    </Opened>
  );
}

interface RoleOfProps {
  workspace: string;
  opened: Versioned<Member>;
  query: UseQueryResult<Versioned<Member>>;
  onTheirs: (theirs: Versioned<Member>) => void;
}

function RoleOf({ workspace, opened, query, onTheirs }: RoleOfProps) {
  const navigate = useNavigate();
  const own = useProfile()?.permissions ?? [];
  const roles = useQuery(listRoles(workspace));
  const change = useChangeMember(workspace);
  const { etag, outdated } = useOutdated({ opened, query, change, factsOf, onTheirs });
  const member = opened.value;
  if (roles.isError && !roles.data)
    return (
      <FailureNotice
        failure={roles.error}
        title={t("The roles could not be read")}
        onRetry={() => void roles.refetch()}
      />
    );
  if (!roles.data) return <SkeletonRows rows={2} label={t("Reading the roles")} />;
  const choosable = choosableRoles(roles.data.items, own, member.role);
  return (
    <Form
      label={t("Role of {{name}}", { name: member.name })}
      fields={FIELDS}
      failure={change.error}
      busy={change.isPending}
      onSubmit={({ role = "" }) =>
        change.mutate(
          { user: member.user_id, role, etag },
          { onSuccess: () => void navigate(`/members/${member.user_id}`) },
        )
      }
    >
      <p className="text-sm">
        <span className="font-medium">{member.name}</span> <span className="text-muted">{member.email}</span>
      </p>
      <ChoiceField
        name="role"
        label={t("Role")}
        help={
          choosable === undefined
            ? t("Their role includes more than yours: only somebody who has it, too, can change it.")
            : t("It holds at once. Nobody gives away more than they have.")
        }
        defaultValue={member.role}
        disabled={choosable === undefined}
        className="max-w-80"
      >
        {(choosable ?? [member.role]).map((name) => (
          <option key={name} value={name}>
            {roleName(name)}
          </option>
        ))}
      </ChoiceField>
      {outdated ?? <FormFailure title={t("The role was not changed")} />}
      {choosable && <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>}
    </Form>
  );
}

function factsOf({ value }: Versioned<Member>): Facts {
  return [[t("Role"), roleName(value.role)]];
}

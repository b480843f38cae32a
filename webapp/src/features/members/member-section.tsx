// Who belongs to the workspace, and as what; roles are changed where they stand.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { UserRound } from "lucide-react";
import { useState } from "react";
import type { Member, Profile, Role } from "@/api/types";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm/confirm-dialog";
import { FailureNotice } from "@/components/failure-notice";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { roleName } from "@/lib/role-name";
import { useChangeMember } from "./api/change-member";
import { listMembers } from "./api/list-members";
import { listRoles } from "./api/list-roles";
import { useRemoveMember } from "./api/remove-member";
import { grantableRoles } from "./grantable";

interface MemberSectionProps {
  workspace: string;
  profile: Profile;
  mayChange: boolean;
}

export function MemberSection({ workspace, profile, mayChange }: MemberSectionProps) {
  const query = useInfiniteQuery(listMembers(workspace));
  const roles = useQuery(listRoles(workspace)).data?.items ?? [];
  const grantable = grantableRoles(roles, profile.permissions);
  const change = useChangeMember(workspace);
  const remove = useRemoveMember(workspace);
  const [leaving, setLeaving] = useState<Member>();
  const members = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title={t("Members")}>
      {query.isPending && <SkeletonRows rows={2} label={t("Reading the members")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The members could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {members.length > 0 && (
        <ul aria-label={t("Members")} className={ROWS}>
          {members.map((member) => (
            <MemberRow
              key={member.user_id}
              member={member}
              isSelf={member.user_id === profile.id}
              grantable={mayChange ? grantable : []}
              busy={change.isPending || remove.isPending}
              onRole={(role) => change.mutate({ user: member.user_id, role })}
              onRemove={() => {
                remove.reset();
                setLeaving(member);
              }}
            />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {query.isFetchingNextPage ? t("Reading…") : t("Show more")}
        </Button>
      )}
      {change.isError && <FailureNotice failure={change.error} title={t("The role was not changed")} />}
      {leaving && (
        <ConfirmDialog
          title={t("Remove {{name}}?", { name: leaving.name })}
          confirm={t("Remove from the workspace")}
          busy={remove.isPending}
          failure={remove.error}
          failureTitle={t("The member was not removed")}
          onConfirm={() => remove.mutate(leaving.user_id, { onSuccess: () => setLeaving(undefined) })}
          onClose={() => setLeaving(undefined)}
        >
          <p>
            {t(
              "{{name}} ({{email}}) sees nothing of this workspace any more, and their API tokens for it end. What they made stays.",
              {
                name: leaving.name,
                email: leaving.email,
              },
            )}
          </p>
        </ConfirmDialog>
      )}
    </Section>
  );
}

interface MemberRowProps {
  member: Member;
  isSelf: boolean;
  /** Empty for who may change nothing. */
  grantable: Role[];
  busy: boolean;
  onRole: (role: string) => void;
  onRemove: () => void;
}

function MemberRow({ member, isSelf, grantable, busy, onRole, onRemove }: MemberRowProps) {
  // Who may do more than oneself is not touched.
  const isChangeable = grantable.some(({ name }) => name === member.role);
  return (
    <li className={ROW}>
      <UserRound aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate font-medium">
          {member.name}
          {isSelf && <span className="font-normal text-muted"> · {t("you")}</span>}
        </span>
        <span className="block truncate text-xs text-muted">{member.email}</span>
      </span>
      {isChangeable ? (
        <select
          aria-label={t("Role of {{name}}", { name: member.name })}
          className="h-8 rounded-md border border-line-strong bg-page px-2 text-sm max-md:h-10 max-md:text-field"
          value={member.role}
          disabled={busy}
          onChange={(event) => onRole(event.target.value)}
        >
          {grantable.map(({ name }) => (
            <option key={name} value={name}>
              {roleName(name)}
            </option>
          ))}
        </select>
      ) : (
        <span className="text-muted">{roleName(member.role)}</span>
      )}
      {isChangeable && !isSelf && (
        <Button aria-label={t("Remove {{name}}", { name: member.name })} disabled={busy} onClick={onRemove}>
          {t("Remove")}
        </Button>
      )}
    </li>
  );
}

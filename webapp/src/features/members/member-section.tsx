// Who belongs to the workspace, and as what; roles are changed where they stand.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { UserRound } from "lucide-react";
import type { Member, Profile, Role } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
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
  const members = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title="Members">
      {query.isPending && <SkeletonRows rows={2} label="Reading the members" />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title="The members could not be read"
          onRetry={() => query.refetch()}
        />
      )}
      {members.length > 0 && (
        <ul aria-label="Members" className={ROWS}>
          {members.map((member) => (
            <MemberRow
              key={member.user_id}
              member={member}
              isSelf={member.user_id === profile.id}
              grantable={mayChange ? grantable : []}
              busy={change.isPending || remove.isPending}
              onRole={(role) => change.mutate({ user: member.user_id, role })}
              onRemove={() => {
                if (window.confirm(`Remove ${member.name} from this workspace? What they made stays.`))
                  remove.mutate(member.user_id);
              }}
            />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {query.isFetchingNextPage ? "Reading…" : "Show more"}
        </Button>
      )}
      {change.isError && <FailureNotice failure={change.error} title="The role was not changed" />}
      {remove.isError && <FailureNotice failure={remove.error} title="The member was not removed" />}
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
          {isSelf && <span className="font-normal text-muted"> · you</span>}
        </span>
        <span className="block truncate text-xs text-muted">{member.email}</span>
      </span>
      {isChangeable ? (
        <select
          aria-label={`Role of ${member.name}`}
          className="h-8 rounded-md border border-line-strong bg-page px-2 text-sm max-md:h-10 max-md:text-[16px]"
          value={member.role}
          disabled={busy}
          onChange={(event) => onRole(event.target.value)}
        >
          {grantable.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      ) : (
        <span className="text-muted">{member.role}</span>
      )}
      {isChangeable && !isSelf && (
        <Button disabled={busy} onClick={onRemove}>
          Remove<span className="sr-only"> {member.name}</span>
        </Button>
      )}
    </li>
  );
}

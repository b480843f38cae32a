// Who belongs to the workspace, whom it invites, and what its roles permit.
import type { ReactNode } from "react";
import { useMay } from "@/api/profile";
import type { Membership, Profile } from "@/api/types";
import { InvitationSection } from "@/features/members/invitation-section";
import { MemberSection } from "@/features/members/member-section";
import { RoleSection } from "@/features/members/role-section";
import { Trans } from "@/lib/i18n";
import { roleName } from "@/lib/role-name";

interface SettingsProps {
  profile: Profile;
  workspace: Membership;
}

export function MemberSettings({ profile, workspace }: SettingsProps) {
  const mayChange = useMay("members:write");
  return (
    <>
      <Whereabouts workspace={workspace} />
      <MemberSection workspace={workspace.id} profile={profile} mayChange={mayChange} />
      {mayChange && <InvitationSection workspace={workspace.id} profile={profile} />}
    </>
  );
}

export function RoleSettings({ profile, workspace }: SettingsProps) {
  const mayChange = useMay("members:write");
  return (
    <>
      <Whereabouts workspace={workspace} />
      <RoleSection workspace={workspace.id} profile={profile} mayChange={mayChange} />
    </>
  );
}

function Whereabouts({ workspace }: { workspace: Membership }): ReactNode {
  return (
    <p className="text-sm text-muted">
      <Trans
        i18nKey="Of the workspace <1>{{name}}</1>, where your role is {{role}}."
        values={{ name: workspace.name, role: roleName(workspace.role) }}
        components={{ 1: <strong className="font-medium text-ink" /> }}
      />
    </p>
  );
}

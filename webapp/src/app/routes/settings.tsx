// /settings: one's account, one's tokens, and the members of the workspace.
import { useSearchParams } from "react-router";
import { currentWorkspace, useMay, useProfile } from "@/api/profile";
import type { Profile } from "@/api/types";
import { Page } from "@/components/page";
import { type Tab, Tabs } from "@/components/tabs";
import { DeletionSection } from "@/features/account/deletion-section";
import { EmailSection } from "@/features/account/email-section";
import { IdentitySection } from "@/features/account/identity-section";
import { PasswordSection } from "@/features/account/password-section";
import { ProfileSection } from "@/features/account/profile-section";
import { SecondFactorSection } from "@/features/account/second-factor-section";
import { SessionSection } from "@/features/account/session-section";
import { InvitationSection } from "@/features/members/invitation-section";
import { MemberSection } from "@/features/members/member-section";
import { RoleSection } from "@/features/members/role-section";
import { TokenSection } from "@/features/tokens/token-section";

type TabName = "account" | "tokens" | "members";

export function SettingsPage() {
  const profile = useProfile();
  if (!profile) return null;
  return (
    <Page title="Settings">
      <Settings profile={profile} />
    </Page>
  );
}

function Settings({ profile }: { profile: Profile }) {
  const [params, setParams] = useSearchParams();
  const hasTokens = useMay("tokens:write");
  const seesMembers = useMay("members:read");
  const tabs: Tab<TabName>[] = [{ name: "account", label: "Account" }];
  if (hasTokens) tabs.push({ name: "tokens", label: "API tokens" });
  if (seesMembers) tabs.push({ name: "members", label: "Members" });
  const current = tabs.find(({ name }) => name === params.get("tab"))?.name ?? "account";
  return (
    <Tabs<TabName>
      label="Settings"
      tabs={tabs}
      current={current}
      onChange={(tab) => setParams({ tab }, { replace: true })}
    >
      <div className="max-w-2xl space-y-4 pt-4">
        {current === "account" && (
          <>
            <ProfileSection profile={profile} />
            <EmailSection profile={profile} />
            <PasswordSection profile={profile} />
            <SecondFactorSection profile={profile} />
            <IdentitySection
              profile={profile}
              refusal={params.get("error") ?? undefined}
              linked={params.get("linked") ?? undefined}
            />
            <SessionSection />
            <DeletionSection profile={profile} />
          </>
        )}
        {current === "tokens" && <TokenSection profile={profile} />}
        {current === "members" && <Members profile={profile} />}
      </div>
    </Tabs>
  );
}

function Members({ profile }: { profile: Profile }) {
  const mayChange = useMay("members:write");
  const workspace = currentWorkspace(profile);
  if (!workspace) return null;
  return (
    <>
      <p className="text-sm text-muted">
        Of the workspace <strong className="font-medium text-ink">{workspace.name}</strong>, where your role
        is {workspace.role}.
      </p>
      <MemberSection workspace={workspace.id} profile={profile} mayChange={mayChange} />
      {mayChange && <InvitationSection workspace={workspace.id} profile={profile} />}
      <RoleSection workspace={workspace.id} />
    </>
  );
}

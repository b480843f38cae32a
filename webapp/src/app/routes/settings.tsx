// /settings: one's account and preferences, then what belongs to the workspace, then the server. Each tab has its address.

import { useSearchParams } from "react-router";
import { useProfile } from "@/api/auth-context";
import { currentWorkspace, useMay } from "@/api/profile";
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
import { ServerSection } from "@/features/engine-status/server-section";
import { FieldSection } from "@/features/extension/field-section";
import { AppearanceSection, TimeZoneSection } from "@/features/preferences/preference-section";
import { ToldSection } from "@/features/preferences/told-section";
import { TokenSection } from "@/features/tokens/token-section";
import { t } from "@/lib/i18n";
import { AuditSettings } from "./settings/audit";
import { MemberSettings, RoleSettings } from "./settings/members";
import { WorkspaceSettings } from "./settings/workspace";

type TabName =
  | "account"
  | "preferences"
  | "workspace"
  | "members"
  | "roles"
  | "fields"
  | "tokens"
  | "audit"
  | "server";

export function Settings() {
  const profile = useProfile();
  if (!profile) return null;
  return (
    <Page title={t("Settings")}>
      <SettingsTabs profile={profile} />
    </Page>
  );
}

function SettingsTabs({ profile }: { profile: Profile }) {
  const [params, setParams] = useSearchParams();
  const tabs = useTabs();
  const current = tabs.find(({ name }) => name === params.get("tab"))?.name ?? "account";
  return (
    <Tabs<TabName>
      flush
      label={t("Settings")}
      tabs={tabs}
      current={current}
      onChange={(tab) => setParams({ tab }, { replace: true })}
    >
      <div className="max-w-2xl space-y-4 pt-4">
        <Content tab={current} profile={profile} />
      </div>
    </Tabs>
  );
}

/** Only what one's role may see. */
function useTabs(): Tab<TabName>[] {
  const seesWorkspace = useMay("workspace:read");
  const seesMembers = useMay("members:read");
  const hasTokens = useMay("tokens:write");
  const seesAudit = useMay("audit:read");
  const operates = useMay("server:admin");
  const all: (Tab<TabName> | false)[] = [
    { name: "account", label: t("Account") },
    { name: "preferences", label: t("Preferences") },
    { name: "workspace", label: t("Workspace") },
    seesMembers && { name: "members", label: t("Members") },
    seesMembers && { name: "roles", label: t("Roles") },
    seesWorkspace && { name: "fields", label: t("Fields") },
    hasTokens && { name: "tokens", label: t("API tokens") },
    (seesAudit || operates) && { name: "audit", label: t("Audit log") },
    operates && { name: "server", label: t("Server") },
  ];
  return all.filter((tab) => tab !== false);
}

function Content({ tab, profile }: { tab: TabName; profile: Profile }) {
  const mayChange = useMay("workspace:write");
  const workspace = currentWorkspace(profile);
  switch (tab) {
    case "account":
      return <AccountSettings profile={profile} />;
    case "preferences":
      return (
        <>
          <AppearanceSection />
          <ToldSection />
          <TimeZoneSection />
        </>
      );
    case "workspace":
      return <WorkspaceSettings profile={profile} />;
    case "members":
      return workspace && <MemberSettings profile={profile} workspace={workspace} />;
    case "roles":
      return workspace && <RoleSettings profile={profile} workspace={workspace} />;
    case "fields":
      return <FieldSection mayChange={mayChange} />;
    case "tokens":
      return <TokenSection profile={profile} />;
    case "audit":
      return <AuditSettings />;
    case "server":
      return <ServerSection />;
  }
}

function AccountSettings({ profile }: { profile: Profile }) {
  const [params] = useSearchParams();
  return (
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
  );
}

// The workspace that one works in, and the others: renamed, kept, left, made, brought back.
import { useSearchParams } from "react-router";
import { currentWorkspace, useMay } from "@/api/profile";
import type { Profile } from "@/api/types";
import { enterWorkspace, switchWorkspace } from "@/api/workspace";
import { DepartureSection } from "@/features/workspace/departure-section";
import { NameSection } from "@/features/workspace/name-section";
import { WorkspaceSettingsSection } from "@/features/workspace/settings-section";
import { WorkspaceList } from "@/features/workspace/workspace-list";

export function WorkspaceSettings({ profile }: { profile: Profile }) {
  const [params, setParams] = useSearchParams();
  const mayRead = useMay("workspace:read");
  const mayChange = useMay("workspace:write");
  const mayDelete = useMay("workspace:delete");
  const workspace = currentWorkspace(profile);
  return (
    <>
      {workspace && mayRead && (
        <div key={workspace.id} className="space-y-4">
          <NameSection id={workspace.id} mayChange={mayChange} />
          <WorkspaceSettingsSection id={workspace.id} mayChange={mayChange} />
        </div>
      )}
      <WorkspaceList
        profile={profile}
        current={workspace?.id}
        isMaking={params.has("new")}
        onMaking={(isMaking) =>
          setParams({ tab: "workspace", ...(isMaking && { new: "" }) }, { replace: true })
        }
        onSwitch={(id) => switchWorkspace(id === profile.home ? undefined : id, "/dashboard")}
      />
      {workspace && (
        <DepartureSection
          workspace={workspace}
          isHome={workspace.id === profile.home}
          mayDelete={mayDelete}
          onGone={() => enterWorkspace(undefined, "/dashboard")}
        />
      )}
    </>
  );
}

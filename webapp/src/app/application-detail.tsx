// On the page of an application: what is live of it and how it is, its preview, its log, its environment and its components.
import { useQuery } from "@tanstack/react-query";
import { getApplication } from "@/features/applications/api/get-application";
import { useLive } from "@/features/applications/api/use-live";
import { ComponentSection } from "@/features/applications/component-section";
import { LiveSection } from "@/features/applications/live-section";
import { NotLive } from "@/features/applications/not-live";
import { EnvironmentSection } from "@/features/operation/environment-section";
import { HealthSection } from "@/features/operation/health-section";
import { LogSection } from "@/features/operation/log-section";
import { PreviewLine } from "@/features/preview/preview-line";

/** What one comes for first. */
export function ApplicationLead({ id }: { id: string }) {
  const application = useQuery(getApplication(id)).data;
  const isLive = useIsLive(id);
  return (
    <>
      {isLive ? <LiveSection id={id} /> : <NotLive />}
      {application && <PreviewLine application={application} />}
      {isLive && <HealthSection id={id} />}
    </>
  );
}

export function ApplicationDetail({ id }: { id: string }) {
  const isLive = useIsLive(id);
  return (
    <>
      {isLive && <LogSection id={id} />}
      <EnvironmentSection id={id} />
      <ComponentSection id={id} />
    </>
  );
}

/** Also of what was stopped or has failed, and as long as it is not known: only where nothing is live is there nothing to ask. */
function useIsLive(id: string): boolean {
  return useLive(id).live !== null;
}

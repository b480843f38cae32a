// On the page of an application: what is live of it and how it is, its preview, its log and its environment.
import { useQuery } from "@tanstack/react-query";
import { getApplication } from "@/features/applications/api/get-application";
import { LiveSection } from "@/features/applications/live-section";
import { EnvironmentSection } from "@/features/operation/environment-section";
import { HealthSection } from "@/features/operation/health-section";
import { LogSection } from "@/features/operation/log-section";
import { PreviewLine } from "@/features/preview/preview-line";

/** What one comes for first. */
export function ApplicationLead({ id }: { id: string }) {
  const application = useQuery(getApplication(id)).data;
  return (
    <>
      <LiveSection id={id} />
      {application && <PreviewLine application={application} />}
      <HealthSection id={id} />
    </>
  );
}

export function ApplicationDetail({ id }: { id: string }) {
  return (
    <>
      <LogSection id={id} />
      <EnvironmentSection id={id} />
    </>
  );
}

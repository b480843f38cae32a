// On the page of an application: what is live of it, and its preview.
import { useQuery } from "@tanstack/react-query";
import { getApplication } from "@/features/applications/api/get-application";
import { LiveSection } from "@/features/applications/live-section";
import { EnvironmentSection } from "@/features/operation/environment-section";
import { HealthSection } from "@/features/operation/health-section";
import { LogSection } from "@/features/operation/log-section";
import { PreviewLine } from "@/features/preview/preview-line";

export function ApplicationDetail({ id }: { id: string }) {
  const application = useQuery(getApplication(id)).data;
  return (
    <>
      <LiveSection id={id} />
      {application && <PreviewLine application={application} />}
      <HealthSection id={id} />
      <LogSection id={id} />
      <EnvironmentSection id={id} />
    </>
  );
}

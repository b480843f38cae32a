// On the page of an application: what is live of it and how it is, its preview, its log, its environment and its components.
import { useQuery } from "@tanstack/react-query";
import { SkeletonRows } from "@/components/skeleton";
import { getApplication } from "@/features/applications/api/get-application";
import { useLive } from "@/features/applications/api/use-live";
import { ComponentSection } from "@/features/applications/component-section";
import { LiveSection } from "@/features/applications/live-section";
import { NotLive } from "@/features/applications/not-live";
import { EnvironmentSection } from "@/features/operation/environment-section";
import { HealthSection } from "@/features/operation/health-section";
import { LogSection } from "@/features/operation/log-section";
import { PreviewLine } from "@/features/preview/preview-line";
import { t } from "@/lib/i18n";

/** What one comes for first. Only where it is known that nothing is live, also nothing stopped or failed, is nothing to ask. */
export function ApplicationLead({ id }: { id: string }) {
  const application = useQuery(getApplication(id)).data;
  const { live, isPending } = useLive(id);
  // As high as what it says either way, so that little moves when that is known.
  if (isPending) return <SkeletonRows rows={4} label={t("Reading what is live")} />;
  return (
    <>
      {live === null ? <NotLive /> : <LiveSection id={id} />}
      {application && <PreviewLine application={application} />}
      {live !== null && <HealthSection id={id} />}
    </>
  );
}

export function ApplicationDetail({ id }: { id: string }) {
  const { live, isPending } = useLive(id);
  // What stands below the log would move as soon as it is known whether there is one.
  if (isPending) return null;
  return (
    <>
      {live !== null && <LogSection id={id} />}
      <EnvironmentSection id={id} />
      <ComponentSection id={id} />
    </>
  );
}

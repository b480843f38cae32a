// On the page of a workflow: what begins it by itself, and how else it can be started.
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { FailureNotice } from "@/components/failure-notice";
import { PanelSection } from "@/components/side-panel";
import { SkeletonRows } from "@/components/skeleton";
import { listSchedulesOf } from "@/features/schedules/api/list-of-workflow";
import { WorkflowSchedules } from "@/features/schedules/workflow-schedules";
import { listWebhooksOf } from "@/features/webhooks/api/list-of-workflow";
import { WorkflowWebhooks } from "@/features/webhooks/workflow-webhooks";
import { t } from "@/lib/i18n";
import { recordPath } from "./places";

export function WorkflowTriggers({ id }: { id: string }) {
  const seesSchedules = useMay("schedules:read");
  const seesWebhooks = useMay("webhooks:read");
  const schedules = useQuery({ ...listSchedulesOf(id), enabled: seesSchedules });
  const webhooks = useQuery({ ...listWebhooksOf(id), enabled: seesWebhooks });
  const mayRun = useMay("workflows:run");
  const addsSchedules = useMay("schedules:write") && mayRun;
  const addsWebhooks = useMay("webhooks:write") && mayRun;
  const search = new URLSearchParams({ workflow_id: id });
  const path = (model: string, mode: "list" | "new") => recordPath({ model, mode, search });
  const isReading = schedules.isLoading || webhooks.isLoading;
  const has = [schedules, webhooks].some(({ data }) => data !== undefined && data.items.length > 0);
  const seesAll = seesSchedules && seesWebhooks && schedules.isSuccess && webhooks.isSuccess;
  return (
    <PanelSection title={t("Triggers")}>
      <div className="space-y-2">
        {isReading ? (
          <SkeletonRows rows={2} label={t("Reading what begins it")} />
        ) : (
          <>
            <WorkflowSchedules schedules={schedules.data?.items ?? []} all={path("schedules", "list")} />
            <WorkflowWebhooks webhooks={webhooks.data?.items ?? []} all={path("webhooks", "list")} />
          </>
        )}
        {schedules.isError && (
          <FailureNotice
            failure={schedules.error}
            title={t("The schedules could not be read")}
            onRetry={() => schedules.refetch()}
          />
        )}
        {webhooks.isError && (
          <FailureNotice
            failure={webhooks.error}
            title={t("The webhooks could not be read")}
            onRetry={() => webhooks.refetch()}
          />
        )}
        {seesAll && !has && (
          <p className="text-sm text-muted">
            {t(
              "Nothing begins it by itself yet. A schedule does at its times, a webhook when something is sent to its address. By hand it is started with Run, by a program over the API.",
            )}
          </p>
        )}
        <div className="flex flex-wrap gap-1.5">
          {addsSchedules && (
            <Link to={path("schedules", "new")} className={buttonClass()}>
              <Plus aria-hidden />
              {t("Add schedule")}
            </Link>
          )}
          {addsWebhooks && (
            <Link to={path("webhooks", "new")} className={buttonClass()}>
              <Plus aria-hidden />
              {t("Add webhook")}
            </Link>
          )}
        </div>
        {mayRun && <OverTheApi id={id} />}
      </div>
    </PanelSection>
  );
}

function OverTheApi({ id }: { id: string }) {
  const address = new URL(`/api/workflows/${id}/execute`, window.location.href).href;
  return (
    <p className="flex items-center gap-1 text-xs text-muted">
      <span className="shrink-0">{t("Over the API:")}</span>
      <code className="min-w-0 truncate font-mono" title={`POST ${address}`}>
        {`POST /api/workflows/${id}/execute`}
      </code>
      <CopyButton text={address} label={t("Copy the address for programs")} className="px-1.5" />
    </p>
  );
}

// /runs, with its filters in the address so that a view can be shared and the back button works.

import { X } from "lucide-react";
import { useSearchParams } from "react-router";
import { Button } from "@/components/button";
import { Page } from "@/components/page";
import { RunList } from "@/features/runs/run-list";
import { WorkflowPicker } from "@/features/workflows/workflow-picker";
import { t } from "@/lib/i18n";
import { EXECUTION_STATUSES, lookOf } from "@/lib/status";

const SELECT =
  "h-8 min-w-0 rounded-md border border-line-strong bg-page px-2 text-sm max-md:h-10 max-md:text-[16px]";

export function RunsPage() {
  const [params, setParams] = useSearchParams();
  const status = EXECUTION_STATUSES.find((each) => each === params.get("status"));
  const workflowId = params.get("workflow") ?? undefined;
  const set = (name: string, value: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    });
  return (
    <Page title={t("Runs")}>
      <div className="mb-3 flex flex-wrap gap-2">
        <select
          aria-label={t("Status")}
          className={SELECT}
          value={status ?? ""}
          onChange={(event) => set("status", event.target.value)}
        >
          <option value="">{t("Every status")}</option>
          {EXECUTION_STATUSES.map((each) => (
            <option key={each} value={each}>
              {lookOf(each).label}
            </option>
          ))}
        </select>
        <WorkflowPicker
          className={SELECT}
          value={workflowId ?? ""}
          onChange={(value) => set("workflow", value)}
        />
        {(status || workflowId) && (
          <Button weight="quiet" onClick={() => setParams({})}>
            <X aria-hidden />
            {t("Clear")}
          </Button>
        )}
      </div>
      <RunList filter={{ status, workflowId }} />
    </Page>
  );
}

// How the run of a delivery stands, for who may see runs; its place is kept in any case.
import { useMay } from "@/api/profile";
import type { WebhookDelivery } from "@/api/types";
import { StatusBadge } from "@/components/status-badge";
import { t } from "@/lib/i18n";

export function RunBadge({ status }: { status: WebhookDelivery["status"] }) {
  const mayRead = useMay("executions:read");
  return (
    <span className="w-28 shrink-0">
      {status && <StatusBadge status={status} />}
      {!status && mayRead && <span className="text-xs text-muted">{t("Gone")}</span>}
    </span>
  );
}

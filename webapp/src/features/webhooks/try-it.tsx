// The address, and lines for a shell that send something to it.
import type { Webhook } from "@/api/types";
import { Secret } from "@/components/secret";
import { t } from "@/lib/i18n";
import { shellLines, whatSenderNeeds } from "./verification";

export function TryIt({ webhook }: { webhook: Webhook }) {
  return (
    <div className="space-y-3">
      <div className="space-y-1">
        <h3 className="text-sm font-medium">{t("Address")}</h3>
        <Secret value={webhook.url} label={t("Address")} />
        <p className="text-xs text-muted">{whatSenderNeeds(webhook.verification)}</p>
      </div>
      <div className="space-y-1">
        <h3 className="text-sm font-medium">{t("To try it from a shell")}</h3>
        <Secret value={shellLines(webhook)} label={t("Lines for a shell")} />
        {webhook.verification !== "none" && (
          <p className="text-xs text-muted">{t("Set SECRET to the secret before: it is not shown here.")}</p>
        )}
      </div>
    </div>
  );
}

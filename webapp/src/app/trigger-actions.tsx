// In the head of the list of webhooks: another one, and the way to those that go out.
import { Plus, Send } from "lucide-react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { t } from "@/lib/i18n";

export function WebhookListActions() {
  const mayWrite = useMay("webhooks:write");
  const mayRun = useMay("workflows:run");
  const seesOutgoing = useMay("outgoing_webhooks:read");
  return (
    <>
      {seesOutgoing && (
        <Link to="/webhooks/outgoing" className={buttonClass()}>
          <Send aria-hidden />
          <span className="max-md:sr-only">{t("Webhooks out")}</span>
        </Link>
      )}
      {mayWrite && mayRun && (
        <Link to="/webhooks/new" className={buttonClass("primary")}>
          <Plus aria-hidden />
          <span className="max-md:sr-only">{t("New webhook")}</span>
        </Link>
      )}
    </>
  );
}

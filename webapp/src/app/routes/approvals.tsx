// /approvals: what waits for somebody, over all runs.
import { MayOnly } from "@/components/may-only";
import { Page } from "@/components/page";
import { Inbox } from "@/features/answers/inbox";
import { WaitingCount } from "@/features/answers/waiting-count";
import { t } from "@/lib/i18n";

export function ApprovalsPage() {
  return (
    <Page
      title={t("Approvals")}
      heading={
        <div className="flex items-center gap-2">
          <h1 className="truncate text-lg font-semibold">{t("Approvals")}</h1>
          <WaitingCount />
        </div>
      }
    >
      <div className="max-w-4xl">
        <MayOnly takes={["waits:read"]}>
          <Inbox />
        </MayOnly>
      </div>
    </Page>
  );
}

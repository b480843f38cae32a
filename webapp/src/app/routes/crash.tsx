// What is shown when a screen itself fails, for instance because a newer version of the app was deployed meanwhile.

import { useRouteError } from "react-router";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Page } from "@/components/page";
import { t } from "@/lib/i18n";

export function CrashPage() {
  const error = useRouteError();
  return (
    <Page title={t("Something broke")}>
      <div className="max-w-2xl space-y-3">
        <FailureNotice failure={error} title={t("This screen could not be shown")} />
        <Button onClick={() => window.location.reload()}>{t("Reload the page")}</Button>
      </div>
    </Page>
  );
}

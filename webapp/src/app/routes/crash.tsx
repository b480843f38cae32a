// What is shown when a screen itself fails, for instance because a newer version of the app was deployed meanwhile.
import { useRouteError } from "react-router";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Page } from "@/components/page";

export function CrashPage() {
  const error = useRouteError();
  return (
    <Page title="Something broke">
      <div className="max-w-2xl space-y-3">
        <FailureNotice failure={error} title="This screen could not be shown" />
        <Button onClick={() => window.location.reload()}>Reload the page</Button>
      </div>
    </Page>
  );
}

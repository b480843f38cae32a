// The buttons of an application that bring up its preview and lead there, and the word on how that goes.

import { ExternalLink, Eye } from "lucide-react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { Button, buttonClass } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { ServerText } from "@/components/server-text";
import { cn } from "@/lib/cn";
import { addressOf, previewOf } from "@/lib/deployment";
import { httpAddress } from "@/lib/http-address";
import { t } from "@/lib/i18n";
import type { Previewed } from "./api/start-preview";
import { type PreviewRun, usePreview } from "./use-preview";

interface PreviewActionsProps {
  application: Previewed;
  /** Saves what has to be saved first, and says whether that worked. */
  prepare?: () => Promise<boolean>;
  /** On a phone the icons have to do: beside a canvas each line of buttons is taken from it. */
  isBrief?: boolean;
}

export function PreviewActions({ application, prepare, isBrief = false }: PreviewActionsProps) {
  const mayDeploy = useMay("applications:deploy");
  const run = usePreview(application, prepare);
  const isStarting = run.outcome?.state === "starting";
  const worded = cn(isBrief && "max-sm:sr-only");
  const address = isStarting ? undefined : addressOfPreview(application);
  return (
    <>
      {mayDeploy && (
        <Button
          disabled={isStarting}
          title={t("Serves the application straight from its saved models, without building it")}
          onClick={() => void run.start()}
        >
          <Eye aria-hidden />
          <span className={worded}>{isStarting ? t("Starting…") : t("Preview")}</span>
        </Button>
      )}
      {address && (
        <a href={address} target="_blank" rel="noreferrer" className={buttonClass("plain")}>
          <ExternalLink aria-hidden />
          <span className={worded}>{t("Open preview")}</span>
        </a>
      )}
      <span role="status" className="sr-only">
        {run.outcome?.state === "ready" && t("The preview is ready.")}
      </span>
      <PreviewTrouble run={run} />
    </>
  );
}

/** What somebody has to know before going on: that it did not start, or began without what was entered before. */
function PreviewTrouble({ run }: { run: PreviewRun }) {
  const { outcome, failure, runId } = run;
  if (failure !== null) {
    return (
      <Dialog title={t("No preview")} onClose={run.reset}>
        {runId === null ? (
          <FailureNotice failure={failure} title={t("The preview could not be started")} />
        ) : (
          <div className="space-y-3">
            <FailureNotice
              failure={failure}
              title={t("The preview was begun, and how it goes could not be read")}
            />
            <Link to={`/runs/${runId}`} className={buttonClass("plain")}>
              {t("Show the run")}
            </Link>
          </div>
        )}
      </Dialog>
    );
  }
  if (outcome?.state === "failed") {
    return (
      <Dialog title={t("No preview")} onClose={run.reset}>
        <div className="space-y-3 text-sm">
          <p className="font-medium">{t("The preview did not start. An earlier one goes on as it was.")}</p>
          {outcome.message && (
            <p className="whitespace-pre-wrap break-words">
              <ServerText text={outcome.message} />
            </p>
          )}
          {runId !== null && (
            <Link to={`/runs/${runId}`} className={buttonClass("plain")}>
              {t("Show the run")}
            </Link>
          )}
        </div>
      </Dialog>
    );
  }
  if (outcome?.state === "ready" && outcome.rowsWereDropped) {
    return (
      <Dialog title={t("The preview began anew")} onClose={run.reset}>
        <p className="text-sm">
          {t(
            "The models have changed so that the records entered in the preview could not be kept: it has none now. What is deployed is not touched.",
          )}
        </p>
      </Dialog>
    );
  }
  return null;
}

/** Where the preview is, while it runs. */
function addressOfPreview({ name, preview }: Previewed): string | undefined {
  const url = preview?.status === "running" ? httpAddress(preview.url) : undefined;
  return url && addressOf({ application: previewOf(name), url });
}

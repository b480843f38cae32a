// Publishes the version of a workflow that it is handed, and says which one runs until then.

import { Upload } from "lucide-react";
import { useMay } from "@/api/profile";
import type { Workflow } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { t } from "@/lib/i18n";
import { usePublishWorkflow } from "./api/publish-workflow";

export function PublishButton({ workflow }: { workflow: Workflow }) {
  const publish = usePublishWorkflow(workflow.id);
  const mayPublish = useMay("workflows:publish");
  return (
    <>
      {mayPublish && workflow.version !== workflow.published_version && (
        <Button disabled={publish.isPending} onClick={() => publish.mutate(workflow.version)}>
          <Upload aria-hidden />
          <span className="max-sm:sr-only">
            {publish.isPending ? t("Publishing…") : t("Publish v{{version}}", { version: workflow.version })}
          </span>
        </Button>
      )}
      {publish.isError && (
        <Dialog
          title={t("Publish v{{version}}", { version: workflow.version })}
          onClose={() => publish.reset()}
        >
          <FailureNotice failure={publish.error} title={t("What was published stays")} />
        </Dialog>
      )}
    </>
  );
}

/** The version on screen, and what it is to callers that ask for none. */
export function VersionNote({ workflow }: { workflow: Workflow }) {
  const { version, published_version: published } = workflow;
  const note =
    published === null
      ? ""
      : published === version
        ? ` · ${t("published")}`
        : published > version
          ? ` · ${t("older than v{{version}}, which is published", { version: published })}`
          : ` · ${t("draft, v{{version}} is published", { version: published })}`;
  return (
    <span className="text-xs text-muted">
      v{version}
      {note}
    </span>
  );
}

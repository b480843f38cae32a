// The line of an application that says it is previewed, or was until nobody opened it any more, and ends that for good.
import { Eye } from "lucide-react";
import { useMay } from "@/api/profile";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { t } from "@/lib/i18n";
import { useRemovePreview } from "./api/remove-preview";
import type { Previewed } from "./api/start-preview";

export function PreviewLine({ application }: { application: Previewed }) {
  const remove = useRemovePreview(application.id);
  const mayDeploy = useMay("applications:deploy");
  const { preview } = application;
  if (!preview) return null;
  const isUp = preview.status === "running";
  const confirmRemove = () => {
    const question = isUp
      ? t("Stop the preview? The records that were entered in it are thrown away.")
      : t("Remove the preview? The records that were entered in it are thrown away.");
    if (window.confirm(question)) remove.mutate();
  };
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <span className="flex items-center gap-1.5 font-medium">
          <Eye aria-hidden className="size-4" />
          {isUp ? t("Previewed from its models") : t("The preview has ended")}
        </span>
        {preview.since && (
          <span className="text-muted">
            <Ago at={preview.since} />
          </span>
        )}
        {mayDeploy && (
          <Button weight="quiet" disabled={remove.isPending} onClick={confirmRemove}>
            {remove.isPending ? t("Stopping…") : isUp ? t("Stop the preview") : t("Remove the preview")}
          </Button>
        )}
      </p>
      {preview.status === "stopped" && (
        <p className="text-sm text-muted">
          {t("Nobody opened it for a while. “Preview” brings it back with its records.")}
        </p>
      )}
      {remove.isError && <FailureNotice failure={remove.error} title={t("The preview was not stopped")} />}
    </>
  );
}

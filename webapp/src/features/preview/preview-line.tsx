// The line of an application that says it is previewed, and ends that.
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
  const confirmRemove = () => {
    if (window.confirm(t("Stop the preview? The records that were entered in it are thrown away."))) {
      remove.mutate();
    }
  };
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <span className="flex items-center gap-1.5 font-medium">
          <Eye aria-hidden className="size-4" />
          {preview.status === "running" ? t("Previewed from its models") : t("The preview has ended")}
        </span>
        {preview.since && (
          <span className="text-muted">
            <Ago at={preview.since} />
          </span>
        )}
        {mayDeploy && (
          <Button weight="quiet" disabled={remove.isPending} onClick={confirmRemove}>
            {remove.isPending ? t("Stopping…") : t("Stop the preview")}
          </Button>
        )}
      </p>
      {remove.isError && <FailureNotice failure={remove.error} title={t("The preview was not stopped")} />}
    </>
  );
}

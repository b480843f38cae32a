// The line of an application that says it is previewed, or was until nobody opened it any more, and ends that for good.
import { Eye } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/api/profile";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm/confirm-dialog";
import { Ago } from "@/components/moment";
import { t } from "@/lib/i18n";
import { useRemovePreview } from "./api/remove-preview";
import type { Previewed } from "./api/start-preview";

export function PreviewLine({ application }: { application: Previewed }) {
  const remove = useRemovePreview(application.id);
  const mayDeploy = useMay("applications:deploy");
  const [asks, setAsks] = useState(false);
  const { preview } = application;
  if (!preview) return null;
  const isUp = preview.status === "running";
  const label = isUp ? t("Stop the preview") : t("Remove the preview");
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
          <Button weight="quiet" disabled={remove.isPending} onClick={() => setAsks(true)}>
            {remove.isPending ? t("Stopping…") : label}
          </Button>
        )}
      </p>
      {preview.status === "stopped" && (
        <p className="text-sm text-muted">
          {t("Nobody opened it for a while. “Preview” brings it back with its records.")}
        </p>
      )}
      {asks && (
        <ConfirmDialog
          title={label}
          confirm={label}
          busy={remove.isPending}
          failure={remove.error}
          failureTitle={t("The preview was not stopped")}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => setAsks(false) })}
          onClose={() => {
            remove.reset();
            setAsks(false);
          }}
        >
          <p>{t("The records that were entered in the preview are thrown away.")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

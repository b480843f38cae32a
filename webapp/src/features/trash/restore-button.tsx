// Brings back what lies in the trash, from its row or its page.
import { ArchiveRestore } from "lucide-react";
import { useMay } from "@/api/profile";
import { isTrashKind, restoringTakes, type TrashKind, useRestore } from "@/api/restore";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { t } from "@/lib/i18n";
import type { RowProps } from "@/records";

interface RestoreButtonProps extends RowProps {
  tabIndex?: number;
}

export function RestoreButton(props: RestoreButtonProps) {
  const { kind } = props.record;
  return isTrashKind(kind) ? <OfKind {...props} kind={kind} /> : null;
}

function OfKind({ record, kind, tabIndex }: RestoreButtonProps & { kind: TrashKind }) {
  const mayRestore = useMay(restoringTakes(kind));
  const restore = useRestore(kind, record.id);
  if (!mayRestore) return null;
  return (
    <>
      <Button
        tabIndex={tabIndex}
        disabled={restore.isPending || restore.isSuccess}
        onClick={() => restore.mutate()}
      >
        <ArchiveRestore aria-hidden />
        {restore.isPending ? t("Bringing back…") : t("Bring back")}
        <span className="sr-only"> {String(record.name)}</span>
      </Button>
      {restore.isError && (
        <Dialog title={t("It was not brought back")} onClose={restore.reset}>
          <FailureNotice failure={restore.error} title={t("It was not brought back")} />
        </Dialog>
      )}
    </>
  );
}

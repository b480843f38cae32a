// Says why what is edited was not saved, and that nothing of it is lost.
import { t } from "@/lib/i18n";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { FailureNotice } from "./failure-notice";

interface NotSavedProps {
  failure: unknown;
  onRetry: () => void;
  onClose: () => void;
}

export function NotSaved({ failure, onRetry, onClose }: NotSavedProps) {
  if (failure === null) return null;
  return (
    <Dialog title={t("It was not saved")} onClose={onClose}>
      <div className="space-y-4">
        <FailureNotice failure={failure} title={t("Your edits are still here")} />
        <div className="flex justify-end">
          <Button weight="primary" onClick={onRetry}>
            {t("Try again")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

// Says why what is edited was not saved, and that nothing of it is lost.
import { t } from "@/lib/i18n";
import { Dialog } from "./dialog";
import { FailureNotice } from "./failure-notice";

interface NotSavedProps {
  failure: unknown;
  onClose: () => void;
}

export function NotSaved({ failure, onClose }: NotSavedProps) {
  if (failure === null) return null;
  return (
    <Dialog title={t("It was not saved")} onClose={onClose}>
      <FailureNotice failure={failure} title={t("Your edits are still here")} />
    </Dialog>
  );
}

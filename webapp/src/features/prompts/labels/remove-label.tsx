// Before a label is removed: who finds nothing any more.
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { HARMLESS } from "@/components/dialog-focus";
import { t } from "@/lib/i18n";

interface RemoveLabelProps {
  label: string;
  version: number;
  busy: boolean;
  onRemove: () => void;
  onClose: () => void;
}

export function RemoveLabel({ label, version, busy, onRemove, onClose }: RemoveLabelProps) {
  return (
    <Dialog title={t("Remove the label {{label}}?", { label })} onClose={onClose}>
      <div className="space-y-4 text-sm">
        <p>
          {t("Whoever asks for {{label}} finds nothing then. Version {{version}} stays.", { label, version })}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button {...HARMLESS} onClick={onClose}>
            {t("Cancel")}
          </Button>
          <Button weight="primary" disabled={busy} onClick={onRemove}>
            {t("Remove {{label}}", { label })}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

// Before a label is moved: what changes for whoever asks by it.
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { HARMLESS } from "@/components/dialog-focus";
import { t } from "@/lib/i18n";
import { VersionDiff } from "../versions/version-diff";

interface MoveLabelProps {
  promptId: string;
  label: string;
  from: number;
  to: number;
  busy: boolean;
  onMove: () => void;
  onClose: () => void;
}

export function MoveLabel({ promptId, label, from, to, busy, onMove, onClose }: MoveLabelProps) {
  return (
    <Dialog title={t("Move {{label}} to version {{version}}?", { label, version: to })} onClose={onClose}>
      <div className="space-y-4 text-sm">
        <p>
          {t("Whoever asks for {{label}} gets version {{to}} at once, and no longer version {{from}}:", {
            label,
            from,
            to,
          })}
        </p>
        <VersionDiff promptId={promptId} from={from} to={to} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button {...HARMLESS} onClick={onClose}>
            {t("Cancel")}
          </Button>
          <Button weight="primary" disabled={busy} onClick={onMove}>
            {t("Move {{label}}", { label })}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

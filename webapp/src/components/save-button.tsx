// Saves what is edited, and says whether there is anything to save.

import { Save } from "lucide-react";
import { t } from "@/lib/i18n";
import { Button } from "./button";

interface SaveButtonProps {
  weight?: "primary";
  busy: boolean;
  /** Nothing was changed since, and it is there at all. */
  isSaved: boolean;
  disabled: boolean;
  onSave: () => void;
}

export function SaveButton({ weight, busy, isSaved, disabled, onSave }: SaveButtonProps) {
  return (
    <Button weight={weight} disabled={busy || disabled} onClick={onSave}>
      <Save aria-hidden />
      <span className="max-sm:sr-only">{busy ? t("Saving…") : isSaved ? t("Saved") : t("Save")}</span>
    </Button>
  );
}

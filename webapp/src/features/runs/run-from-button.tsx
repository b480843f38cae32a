// Goes on from a step of the last run with what is on the canvas now: what is not saved yet is saved first.

import { RotateCcw } from "lucide-react";
import { useMay } from "@/api/profile";
import { Button } from "@/components/button";
import { t } from "@/lib/i18n";

interface RunFromButtonProps {
  unsaved: boolean;
  disabled: boolean;
  onRun: () => void;
}

export function RunFromButton({ unsaved, disabled, onRun }: RunFromButtonProps) {
  if (!useMay("workflows:run")) return null;
  return (
    <Button disabled={disabled} onClick={onRun}>
      <RotateCcw aria-hidden />
      {unsaved ? t("Save and run from here") : t("Run from here")}
    </Button>
  );
}

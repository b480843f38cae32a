// The mark beside the name of what has to be filled in. Who hears the screen is told of it by the control itself.
import { t } from "@/lib/i18n";

export function RequiredMark() {
  return (
    <span aria-hidden className="text-bad" title={t("required")}>
      {" *"}
    </span>
  );
}

// The words, icons and tones of how an application is: the same on its own page and wherever else it is told.
import { CircleCheck, CircleDashed, CircleHelp, CircleX, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ApplicationHealth } from "@/api/types";
import type { Standing } from "@/lib/application-standing";
import { t } from "@/lib/i18n";

export interface HealthLook {
  icon: LucideIcon;
  label: () => string;
  tone: string;
}

export const HEALTH_LOOKS: Record<Exclude<ApplicationHealth["status"], "not_deployed">, HealthLook> = {
  healthy: { icon: CircleCheck, label: () => t("Healthy"), tone: "text-ok" },
  unhealthy: { icon: TriangleAlert, label: () => t("Unhealthy"), tone: "text-warn" },
  failed: { icon: CircleX, label: () => t("Failed"), tone: "text-bad" },
  stopped: { icon: CircleDashed, label: () => t("Stopped"), tone: "text-muted" },
};

/** The same where it is told in a row, also of what was not asked. */
export const STANDING_LOOKS: Record<Standing, HealthLook> = {
  failed: HEALTH_LOOKS.failed,
  unhealthy: HEALTH_LOOKS.unhealthy,
  unknown: { icon: CircleHelp, label: () => t("Not readable now"), tone: "text-muted" },
  running: { icon: CircleCheck, label: () => t("Live"), tone: "text-ok" },
  stopped: HEALTH_LOOKS.stopped,
  none: { icon: CircleDashed, label: () => t("Not live yet"), tone: "text-muted" },
};

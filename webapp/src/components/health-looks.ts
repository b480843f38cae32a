// The words, icons and tones of how an application is: the same on its own page and wherever else it is told.
import { CircleCheck, CircleDashed, CircleX, type LucideIcon, TriangleAlert } from "lucide-react";
import type { ApplicationHealth } from "@/api/types";
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

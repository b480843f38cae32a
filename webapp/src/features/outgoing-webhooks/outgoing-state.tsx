// Whether a webhook out is at work: enabled, failing since when, or disabled and by whom.
import type { OutgoingWebhook } from "@/api/types";
import { TONE_SOFT } from "@/components/status-badge";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import type { Tone } from "@/lib/status";

export function OutgoingState({ webhook }: { webhook: OutgoingWebhook }) {
  const { label, tone } = stateOf(webhook);
  return (
    <span
      className={cn("inline-flex h-6 items-center rounded-full px-2 text-xs font-medium", TONE_SOFT[tone])}
    >
      {label}
    </span>
  );
}

function stateOf({ enabled, disabled_because, failing_since }: OutgoingWebhook): {
  label: string;
  tone: Tone;
} {
  if (!enabled && disabled_because === "gone")
    return { label: t("Disabled: the other side said that it is gone"), tone: "bad" };
  if (!enabled && disabled_because === "failing")
    return { label: t("Disabled: nothing arrived for five days"), tone: "bad" };
  if (!enabled) return { label: t("Switched off"), tone: "idle" };
  if (failing_since) return { label: t("Does not arrive"), tone: "warn" };
  return { label: t("Enabled"), tone: "ok" };
}

// What another system can be told of, in words.
import type { OutgoingEvent } from "@/api/types";
import { t } from "@/lib/i18n";

export const EVENTS: readonly OutgoingEvent[] = ["execution.failed", "decision.requested", "schedule.failed"];

export function eventName(event: string): string {
  switch (event) {
    case "execution.failed":
      return t("A run failed");
    case "decision.requested":
      return t("A step waits for somebody");
    case "schedule.failed":
      return t("A schedule could not begin its run");
    case "ping":
      return t("Somebody tried it");
    default:
      return event;
  }
}

// Where the thing can be looked at that a notification is about.
import type { Notification } from "@/api/types";
import { nextPath } from "@/lib/next-path";

/** None for what is over by the time it is told, such as one's place in a workspace that one is out of. */
export function placeOf({ kind, link, workspace_id }: Notification): string | undefined {
  // Only paths of this server count, whatever was written there.
  if (link !== null) return nextPath(link);
  if (kind === "schedule_failed") return "/schedules";
  if (kind === "webhook_disabled") return "/webhooks/outgoing";
  if (kind === "membership" && workspace_id !== null) return "/settings?tab=members";
  if (kind === "new_login" || kind === "account_changed") return "/settings";
  return undefined;
}

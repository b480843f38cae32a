// Schedules as the records tell them: read with care, since their shape follows a model that may have further fields.
import { isRecord, textOf } from "@/lib/json";

export interface NextSchedule {
  id: string;
  name: string;
  cron: string;
  nextAt: string;
}

/** Those that have a next moment; a schedule whose times are over has none. */
export function readSchedules(page: unknown): NextSchedule[] {
  const items = isRecord(page) && Array.isArray(page.items) ? page.items : [];
  return items.flatMap((item) => {
    if (!isRecord(item)) return [];
    const [id, name, nextAt] = [textOf(item.id), textOf(item.name), textOf(item.next_at)];
    return id && name && nextAt ? [{ id, name, nextAt, cron: textOf(item.cron) ?? "" }] : [];
  });
}

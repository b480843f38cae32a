// Durations and moments in the shortest form that still says what a reader wants to know.
import { locale, t } from "@/lib/i18n";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 840 ms, 3.2 s, 1 min 05 s, 2 h 10 min, 3 d 4 h. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1_000) return t("{{ms}} ms", { ms: Math.round(ms) });
  if (ms < 9_950) return t("{{seconds}} s", { seconds: tenths(ms / 1_000) });
  if (ms < MINUTE - 500) return t("{{seconds}} s", { seconds: Math.round(ms / 1_000) });
  if (ms < HOUR - 500) {
    const seconds = Math.round(ms / 1_000);
    return t("{{minutes}} min {{seconds}} s", {
      minutes: Math.floor(seconds / 60),
      seconds: String(seconds % 60).padStart(2, "0"),
    });
  }
  if (ms < DAY) {
    const minutes = Math.round(ms / MINUTE);
    return t("{{hours}} h {{minutes}} min", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }
  const hours = Math.round(ms / HOUR);
  return t("{{days}} d {{hours}} h", { days: Math.floor(hours / 24), hours: hours % 24 });
}

function tenths(value: number): string {
  return value.toLocaleString(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** "just now", "12 s ago", "5 min ago", "3 h ago", "2 d ago", then the date. */
export function formatAgo(moment: string, now: number): string {
  const at = Date.parse(moment);
  if (Number.isNaN(at)) return moment;
  const past = now - at;
  const distance = Math.abs(past);
  if (distance < 5_000) return t("just now");
  const isPast = past >= 0;
  if (distance < MINUTE) return seconds(Math.floor(distance / 1_000), isPast);
  if (distance < HOUR) return minutes(Math.floor(distance / MINUTE), isPast);
  if (distance < DAY) return hours(Math.floor(distance / HOUR), isPast);
  if (distance < 14 * DAY) return days(Math.floor(distance / DAY), isPast);
  return new Date(at).toLocaleDateString(locale(), { year: "numeric", month: "short", day: "numeric" });
}

function seconds(n: number, isPast: boolean): string {
  return isPast ? t("{{n}} s ago", { n }) : t("in {{n}} s", { n });
}

function minutes(n: number, isPast: boolean): string {
  return isPast ? t("{{n}} min ago", { n }) : t("in {{n}} min", { n });
}

function hours(n: number, isPast: boolean): string {
  return isPast ? t("{{n}} h ago", { n }) : t("in {{n}} h", { n });
}

function days(count: number, isPast: boolean): string {
  return isPast ? t("{{count}} d ago", { count }) : t("in {{count}} d", { count });
}

export function formatAbsolute(moment: string): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return moment;
  return at.toLocaleString(locale(), { dateStyle: "medium", timeStyle: "medium" });
}

/** How long something has taken: until it finished, or until now while it has not. */
export function elapsedMs(
  span: { started_at?: string | null; finished_at?: string | null; duration_ms?: number | null },
  now: number,
): number | undefined {
  if (typeof span.duration_ms === "number") return span.duration_ms;
  if (!span.started_at) return undefined;
  const end = span.finished_at ? Date.parse(span.finished_at) : now;
  return Math.max(0, end - Date.parse(span.started_at));
}

// Durations and moments in the shortest form that still says what a reader wants to know.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 840 ms, 3.2 s, 1 m 05 s, 2 h 10 m, 3 d 4 h. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < MINUTE - 500) return `${Math.round(ms / 1_000)} s`;
  if (ms < HOUR - 500) {
    const seconds = Math.round(ms / 1_000);
    return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, "0")} s`;
  }
  if (ms < DAY) {
    const minutes = Math.round(ms / MINUTE);
    return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
  }
  const hours = Math.round(ms / HOUR);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** "just now", "12 s ago", "5 m ago", "3 h ago", "2 d ago", then the date. */
export function formatAgo(moment: string, now: number): string {
  const at = Date.parse(moment);
  if (Number.isNaN(at)) return moment;
  const past = now - at;
  const distance = Math.abs(past);
  const say = (text: string) => (past >= 0 ? `${text} ago` : `in ${text}`);
  if (distance < 5_000) return "just now";
  if (distance < MINUTE) return say(`${Math.floor(distance / 1_000)} s`);
  if (distance < HOUR) return say(`${Math.floor(distance / MINUTE)} m`);
  if (distance < DAY) return say(`${Math.floor(distance / HOUR)} h`);
  if (distance < 14 * DAY) return say(`${Math.floor(distance / DAY)} d`);
  return new Date(at).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
}

export function formatAbsolute(moment: string): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return moment;
  return at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
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

// Numbers, durations and moments of the charts, as people read them.
import { language, t } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";

export function formatCount(count: number): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(count);
}

/** Runs of the engine can be over within a millisecond. */
export function formatMs(ms: number): string {
  if (ms >= 10) return formatDuration(ms);
  const digits = ms < 1 ? 2 : 1;
  return `${new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(ms)} ms`;
}

export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "";
  const share = new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 1 });
  return share.format(part / whole);
}

/** With the day where the steps go over several. */
export function formatMoment(at: number, stepSeconds: number): string {
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const day: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" };
  return new Date(at).toLocaleString(language(), stepSeconds < 3_600 ? time : { ...day, ...time });
}

/** What a bar stands for. */
export function stepName(stepSeconds: number): string {
  if (stepSeconds < 60 * 60) return t("in {{count}} minutes", { count: stepSeconds / 60 });
  return t("in {{count}} hours", { count: stepSeconds / 3_600 });
}

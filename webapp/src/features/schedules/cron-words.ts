// A cron expression as a sentence: when of a day, then on which days, then in which months.
import { language, t } from "@/lib/i18n";
import { type CronField, type CronFields, readCron } from "./cron-fields";

/** So many times of a day are named one by one. */
const NAMED = 6;

export function cronWords(expression: string): string | undefined {
  const fields = readCron(expression);
  if (!fields) return undefined;
  const parts = [...timeWords(fields), ...dayWords(fields), ...monthWords(fields.month)];
  const sentence = parts.join(", ");
  return sentence.charAt(0).toLocaleUpperCase(language()) + sentence.slice(1);
}

function timeWords({ second, minute, hour }: CronFields): string[] {
  const isSharp = isOne(second, 0);
  if (minute.any && hour.any && !isSharp) {
    if (second.any) return [t("every second")];
    if (second.step !== undefined) return [t("every {{count}} seconds", { count: second.step })];
  }
  const times = minute.values.length * hour.values.length * second.values.length;
  if (times <= NAMED && !hour.any && hour.step === undefined)
    return [t("at {{times}}", { times: listed(timesOf(minute, hour, second)) })];
  const within = secondWords(second);
  if (minute.any) return [...within, t("every minute"), ...hourWords(hour)];
  if (minute.step !== undefined)
    return [...within, t("every {{count}} minutes", { count: minute.step }), ...hourWords(hour)];
  if (hour.any || hour.step !== undefined) {
    const every =
      hour.step === undefined ? t("every hour") : t("every {{count}} hours", { count: hour.step });
    return isOne(minute, 0) && isSharp ? [every] : [...within, every, minuteWords(minute)];
  }
  return [...within, minuteWords(minute), ...hourWords(hour)];
}

function minuteWords(minute: CronField): string {
  return t("at minute {{minutes}}", { minutes: listed(minute.values.map(String)) });
}

function secondWords(second: CronField): string[] {
  if (isOne(second, 0)) return [];
  if (second.any) return [t("every second")];
  return [t("at second {{seconds}}", { seconds: listed(second.values.map(String)) })];
}

function hourWords(hour: CronField): string[] {
  if (hour.any) return [];
  if (hour.range) {
    const [first, last] = hour.range;
    return [t("from {{from}} to {{to}}", { from: clock(first, 0), to: clock(last, 59) })];
  }
  return [t("in the hours {{hours}}", { hours: listed(hour.values.map((value) => clock(value, 0))) })];
}

function dayWords({ minute, hour, day, weekday }: CronFields): string[] {
  const days = day.any ? [] : [daysOfMonth(day)];
  const weekdays = weekday.any ? [] : [daysOfWeek(weekday)];
  // Where both say something, the server takes whichever fits.
  if (days.length > 0 && weekdays.length > 0)
    return [t("{{days}} or {{weekdays}}", { days: days[0], weekdays: weekdays[0] })];
  if (days.length + weekdays.length > 0) return [...days, ...weekdays];
  const isOften = hour.any || hour.step !== undefined || minute.step !== undefined || minute.any;
  return isOften ? [] : [t("every day")];
}

function daysOfMonth({ values, step, last }: CronField): string {
  if (step !== undefined) return t("every {{count}} days, from the first of the month", { count: step });
  const end = last ? [t("the last day")] : [];
  const named = values.map((value) => t("day {{day}}", { day: value }));
  return t("on {{days}} of the month", { days: listed([...named, ...end]) });
}

function daysOfWeek({ values, range }: CronField): string {
  if (range && range[1] - range[0] > 1)
    return t("{{from}} to {{to}}", { from: weekdayName(range[0]), to: weekdayName(range[1] % 7) });
  // A week begins with Monday for most who read this.
  const ordered = values.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  return t("on {{weekdays}}", { weekdays: listed(ordered.map(weekdayName)) });
}

function monthWords(month: CronField): string[] {
  if (month.any) return [];
  if (month.step !== undefined) return [t("every {{count}} months, from January", { count: month.step })];
  if (month.range && month.range[1] - month.range[0] > 1)
    return [t("from {{from}} to {{to}}", { from: monthName(month.range[0]), to: monthName(month.range[1]) })];
  return [t("in {{months}}", { months: listed(month.values.map(monthName)) })];
}

function timesOf(minute: CronField, hour: CronField, second: CronField): string[] {
  return hour.values.flatMap((h) =>
    minute.values.flatMap((m) =>
      second.values.map((s) => (isOne(second, 0) ? clock(h, m) : `${clock(h, m)}:${padded(s)}`)),
    ),
  );
}

function isOne({ any, values }: CronField, value: number): boolean {
  return !any && values.length === 1 && values[0] === value;
}

function clock(hour: number, minute: number): string {
  return `${padded(hour)}:${padded(minute)}`;
}

function padded(value: number): string {
  return String(value).padStart(2, "0");
}

function listed(items: string[]): string {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(items);
}

/** 1 January 2023 was a Sunday. */
function weekdayName(day: number): string {
  return named({ weekday: "long" }, Date.UTC(2023, 0, 1 + day));
}

function monthName(month: number): string {
  return named({ month: "long" }, Date.UTC(2023, month - 1, 1));
}

function named(options: Intl.DateTimeFormatOptions, moment: number): string {
  return new Intl.DateTimeFormat(language(), { ...options, timeZone: "UTC" }).format(moment);
}

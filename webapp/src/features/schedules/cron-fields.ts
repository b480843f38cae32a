// Takes a cron expression apart as the server does, as far as putting it into words needs. What is wrong the server says.

const SHORT: Record<string, string> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

export interface CronField {
  any: boolean;
  /** The step of a field that is nothing but one, over everything. */
  step: number | undefined;
  /** The ends of a field that is nothing but one range. */
  range: [number, number] | undefined;
  values: number[];
  /** `L`, among the days of a month. */
  last: boolean;
}

export interface CronFields {
  second: CronField;
  minute: CronField;
  hour: CronField;
  day: CronField;
  month: CronField;
  weekday: CronField;
}

interface Bounds {
  first: number;
  last: number;
  names?: readonly string[];
  isDay?: boolean;
  isWeekday?: boolean;
}

const BOUNDS: Record<keyof CronFields, Bounds> = {
  second: { first: 0, last: 59 },
  minute: { first: 0, last: 59 },
  hour: { first: 0, last: 23 },
  day: { first: 1, last: 31, isDay: true },
  month: { first: 1, last: 12, names: MONTHS },
  weekday: { first: 0, last: 6, names: DAYS, isWeekday: true },
};

/** Nothing where it can't be understood. */
export function readCron(expression: string): CronFields | undefined {
  const text = expression.trim();
  const parts = (SHORT[text.toLowerCase()] ?? text).split(/\s+/);
  if (parts.length !== 5 && parts.length !== 6) return undefined;
  const [second, minute, hour, day, month, weekday] = parts.length === 5 ? ["0", ...parts] : parts;
  const read = (name: keyof CronFields, written = "") => readField(written, BOUNDS[name]);
  const fields = {
    second: read("second", second),
    minute: read("minute", minute),
    hour: read("hour", hour),
    day: read("day", day),
    month: read("month", month),
    weekday: read("weekday", weekday),
  };
  return Object.values(fields).every((field) => field !== undefined) ? (fields as CronFields) : undefined;
}

function readField(text: string, bounds: Bounds): CronField | undefined {
  const field: CronField = { any: false, step: undefined, range: undefined, values: [], last: false };
  const values = new Set<number>();
  const items = text.split(",");
  for (const item of items) {
    if (bounds.isDay && item.toUpperCase() === "L") {
      field.last = true;
      continue;
    }
    const [span = "", step, ...more] = item.split("/");
    const every = step === undefined ? 1 : number(step);
    const ends = spanOf(span, step !== undefined, bounds);
    if (more.length > 0 || every === undefined || every < 1 || !ends) return undefined;
    const isWhole = span === "*" || span === "?";
    if (isWhole && every === 1) field.any = true;
    if (isWhole && every > 1 && items.length === 1) field.step = every;
    if (!isWhole && every === 1 && ends[0] < ends[1] && items.length === 1) field.range = ends;
    for (let value = ends[0]; value <= ends[1]; value += every)
      values.add(bounds.isWeekday ? value % 7 : value);
  }
  field.values = [...values].sort((a, b) => a - b);
  return field;
}

function spanOf(span: string, stepped: boolean, bounds: Bounds): [number, number] | undefined {
  if (span === "*" || (span === "?" && (bounds.isDay || bounds.isWeekday)))
    return [bounds.first, bounds.last];
  const [from = "", to, ...more] = span.split("-");
  const first = valueIn(from, bounds);
  if (first === undefined || more.length > 0) return undefined;
  if (to === undefined) return [first, stepped ? Math.max(first, bounds.last) : first];
  let last = valueIn(to, bounds);
  if (bounds.isWeekday && last === 0 && first > 0) last = 7;
  return last === undefined || last < first ? undefined : [first, last];
}

function valueIn(text: string, { first, last, names, isWeekday }: Bounds): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + (isWeekday ? 0 : 1) : number(text);
  return value !== undefined && value >= first && value <= (isWeekday ? 7 : last) ? value : undefined;
}

function number(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

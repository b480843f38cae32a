// Values as people read them, by the type of their field. Plain texts only; what is drawn around them is the cell's affair.
import type { Column } from "./columns";
import type { FieldOptions } from "./manifest";
import { shortId } from "./titles";

export interface Manner {
  locale?: string;
  /** The person's zone; the browser's own without it. */
  zone?: string;
}

export const NOTHING = "–";

export function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

/** One line of text for a cell. */
export function formatValue(
  column: Pick<Column, "type" | "options">,
  value: unknown,
  manner: Manner = {},
): string {
  if (isEmpty(value)) return NOTHING;
  switch (column.type) {
    case "boolean":
      return value === true ? "yes" : "no";
    case "integer":
      return typeof value === "number" || typeof value === "bigint"
        ? cached(
            `i${manner.locale}`,
            () => new Intl.NumberFormat(manner.locale, { maximumFractionDigits: 0 }),
          ).format(value)
        : String(value);
    case "decimal":
      return formatDecimal(String(value), column.options.scale ?? 0, manner);
    case "date":
      return formatDate(String(value), manner);
    case "datetime":
      return formatMoment(String(value), manner);
    case "enum":
      return choiceText(column.options, String(value));
    case "uuid":
      return shortId(String(value));
    case "json":
      return typeof value === "string" ? value : JSON.stringify(value, plainBigints);
    case "relation":
      return Array.isArray(value)
        ? value.map((id) => shortId(String(id))).join(", ")
        : shortId(String(value));
    default:
      return String(value).replace(/\s*[\r\n]+\s*/g, " ");
  }
}

/** The whole value, where the cell shows a shortened one. */
export function fullValue(column: Pick<Column, "type">, value: unknown): string {
  if (isEmpty(value)) return "";
  if (column.type === "json" && typeof value !== "string") return JSON.stringify(value, plainBigints, 2);
  return String(value);
}

/** A value of an enumeration is written for programs: `cleaning_up` reads as "cleaning up". */
export function choiceText({ labels }: FieldOptions, value: string): string {
  return labels?.[value] ?? value.replaceAll("_", " ");
}

/** Digit by digit: a decimal may have more of them than a number keeps. */
function formatDecimal(text: string, scale: number, { locale }: Manner): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const numbers = cached(`d${locale}`, () => new Intl.NumberFormat(locale, { minimumFractionDigits: 1 }));
  const point = numbers.formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";
  const grouped = cached(`g${locale}`, () => new Intl.NumberFormat(locale)).format(BigInt(whole));
  const digits = fraction.replace(/0+$/, "").padEnd(Math.min(scale, 2), "0");
  return `${sign}${grouped}${digits === "" ? "" : point + digits}`;
}

/** A date is the same day everywhere: it is never moved between zones. */
function formatDate(text: string, { locale }: Manner): string {
  const at = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(at)) return text;
  return cached(
    `day${locale}`,
    () => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }),
  ).format(at);
}

function formatMoment(text: string, { locale, zone }: Manner): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return text;
  const make = () =>
    new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: zone });
  return cached(`at${locale} ${zone}`, make).format(at);
}

/** Making a formatter costs more than a screen of cells. */
const formats = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function cached<F extends Intl.DateTimeFormat | Intl.NumberFormat>(key: string, make: () => F): F {
  const known = formats.get(key) as F | undefined;
  if (known) return known;
  const made = make();
  formats.set(key, made);
  return made;
}

function plainBigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

// Moments between UTC, as records carry them, and a clock on a wall of the person's zone, as inputs and cells show them.

const parts = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string | undefined): Intl.DateTimeFormat {
  const key = zone ?? "";
  let format = parts.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA-u-hc-h23", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      era: "short",
    });
    parts.set(key, format);
  }
  return format;
}

/** `2026-05-17T11:30:00` for an input of the browser; empty when it is no moment. */
export function toWall(moment: string, zone?: string): string {
  const at = Date.parse(moment);
  return Number.isNaN(at) ? "" : wallOf(at, zone);
}

function wallOf(at: number, zone: string | undefined): string {
  const found: Record<string, string> = {};
  for (const { type, value } of clockOf(zone).formatToParts(at)) found[type] = value;
  const year = (found.year ?? "").padStart(4, "0");
  return `${year}-${found.month}-${found.day}T${found.hour}:${found.minute}:${found.second}`;
}

/** The moment at which the clock shows this; null when it never does, or the text is none. An hour that comes twice means its first. */
export function fromWall(wall: string, zone?: string): string | null {
  const full = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(wall) ? `${wall}:00` : wall.replace(/\.\d+$/, "");
  const asUtc = Date.parse(`${full}Z`);
  if (Number.isNaN(asUtc)) return null;
  const offsets = [asUtc - 86_400_000, asUtc + 86_400_000].map(
    (near) => Date.parse(`${wallOf(near, zone)}Z`) - Math.floor(near / 1_000) * 1_000,
  );
  const candidates = offsets.map((offset) => asUtc - offset).sort((one, other) => one - other);
  const found = candidates.find((at) => wallOf(at, zone) === full);
  return found === undefined ? null : new Date(found).toISOString();
}

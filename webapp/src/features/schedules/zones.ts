// Time zones to choose one of: those that this browser knows, found by any part of their names.
import type { Choice } from "@/components/search-choice";
import { language } from "@/lib/i18n";

const MOST_SHOWN = 40;

/** The zone of whoever reads. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

export function findZones(text: string): Choice[] {
  const words = text
    .toLowerCase()
    .split(/[\s/_]+/)
    .filter(Boolean);
  const own = ownZone();
  const all = new Set([own, "UTC", ...Intl.supportedValuesOf("timeZone")]);
  const found = [...all].filter((zone) => {
    const name = zone.toLowerCase();
    return words.every((word) => name.includes(word));
  });
  return found.slice(0, MOST_SHOWN).map(zoneChoice);
}

export function zoneChoice(zone: string): Choice {
  return { id: zone, title: zone, hint: offsetOf(zone) };
}

/** How far its clocks are from UTC now; nothing for a zone that this browser does not know. */
function offsetOf(zone: string): string | undefined {
  try {
    const parts = new Intl.DateTimeFormat("en", {
      timeZone: zone,
      timeZoneName: "longOffset",
    }).formatToParts();
    return parts.find(({ type }) => type === "timeZoneName")?.value.replace("GMT", "UTC");
  } catch {
    return undefined;
  }
}

/** A moment by the clock of a zone. */
export function inZone(moment: string, zone: string): string {
  const options = {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  } as const;
  const seconds = new Date(moment).getUTCSeconds() === 0 ? {} : ({ second: "2-digit" } as const);
  const manner = { ...options, ...seconds, hourCycle: "h23" } as const;
  try {
    return new Intl.DateTimeFormat(language() === "en" ? "en-GB" : "de", {
      ...manner,
      timeZone: zone,
    }).format(new Date(moment));
  } catch {
    return moment;
  }
}

// Zones are found by parts of their names, and times are told by the clock of the zone.
import { expect, it } from "vitest";
import { findZones, inZone, ownZone } from "./zones";

it("finds zones by parts of their names, in any case", () => {
  expect(findZones("berl").map(({ id }) => id)).toEqual(["Europe/Berlin"]);
  expect(findZones("america new york").map(({ id }) => id)).toEqual(["America/New_York"]);
  expect(findZones("utc").map(({ id }) => id)).toContain("UTC");
  expect(findZones("atlantis")).toEqual([]);
});

it("begins with the reader's own, and shows no endless list", () => {
  const all = findZones("");
  expect(all[0]?.id).toBe(ownZone());
  expect(all.length).toBeLessThanOrEqual(40);
});

it("tells times by the clock of the zone", () => {
  expect(inZone("2026-12-01T05:00:00.000Z", "Europe/Berlin")).toMatch(/1 Dec 2026.*06:00$/);
  expect(inZone("2026-07-01T04:00:00.000Z", "Europe/Berlin")).toMatch(/06:00$/);
  expect(inZone("2026-12-01T05:00:20.000Z", "UTC")).toMatch(/05:00:20$/);
});

it("shows the moment as it came where the zone is unknown here", () => {
  expect(inZone("2026-12-01T05:00:00.000Z", "Mars/Olympus")).toBe("2026-12-01T05:00:00.000Z");
});

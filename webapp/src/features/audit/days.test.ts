// A day that is meant to its end goes on until the next one begins.
import { expect, it } from "vitest";
import { dayAfter, momentOf } from "./days";

it("finds the day after, over months, years and changes of clocks", () => {
  expect(dayAfter("2026-11-30")).toBe("2026-12-01");
  expect(dayAfter("2026-12-31")).toBe("2027-01-01");
  expect(dayAfter("2026-03-29")).toBe("2026-03-30");
  expect(dayAfter("2028-02-28")).toBe("2028-02-29");
});

it("means the beginning of the day where the reader is", () => {
  const moment = new Date(momentOf("2026-11-30"));
  expect([moment.getHours(), moment.getDate()]).toEqual([0, 30]);
});

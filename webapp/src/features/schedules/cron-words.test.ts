// The sentences that stand beside cron expressions, and that what can't be read has none.
import { afterEach, describe, expect, it } from "vitest";
import { showLanguage } from "@/lib/i18n";
import { cronWords } from "./cron-words";

afterEach(() => showLanguage("en"));

describe("a cron expression in words", () => {
  it.each([
    ["* * * * *", "Every minute"],
    ["*/15 * * * *", "Every 15 minutes"],
    ["0 * * * *", "Every hour"],
    ["@hourly", "Every hour"],
    ["30 * * * *", "Every hour, at minute 30"],
    ["0 */6 * * *", "Every 6 hours"],
    ["0 6 * * MON-FRI", "At 06:00, Monday to Friday"],
    ["@daily", "At 00:00, every day"],
    ["@weekly", "At 00:00, on Sunday"],
    ["0 6,18 * * *", "At 06:00 and 18:00, every day"],
    ["*/10 8-17 * * 1-5", "Every 10 minutes, from 08:00 to 17:59, Monday to Friday"],
    ["0 0 1 * *", "At 00:00, on day 1 of the month"],
    ["0 0 1,L * *", "At 00:00, on day 1 and the last day of the month"],
    ["0 9 13 * FRI", "At 09:00, on day 13 of the month or on Friday"],
    ["0 9 * * SUN,SAT", "At 09:00, on Saturday and Sunday"],
    ["0 9 * * FRI-SUN", "At 09:00, Friday to Sunday"],
    ["0 12 1 JAN,jul *", "At 12:00, on day 1 of the month, in January and July"],
    ["*/20 * * * * *", "Every 20 seconds"],
    ["30 0 6 * * *", "At 06:00:30, every day"],
    ["0 0 6 * * *", "At 06:00, every day"],
    ["5,10 */2 * * *", "Every 2 hours, at minute 5 and 10"],
  ])("%s", (expression, words) => {
    expect(cronWords(expression)).toBe(words);
  });

  it.each([
    ["0 6 * * MON-FRI", "Um 06:00, Montag bis Freitag"],
    ["*/15 * * * *", "Alle 15 Minuten"],
    ["0 0 1,L * *", "Um 00:00, am Tag 1 und letzten Tag des Monats"],
    ["0 12 1 JAN,JUL *", "Um 12:00, am Tag 1 des Monats, im Januar und Juli"],
  ])("in German: %s", async (expression, words) => {
    await showLanguage("de");
    expect(cronWords(expression)).toBe(words);
  });

  it.each([
    "",
    "0 6 * *",
    "61 * * * *",
    "0 6 * * XYZ",
    "0 6-5 * * *",
    "*/0 * * * *",
    "0 6 * * 1/2/3",
    "@never",
  ])("has none for %j", (expression) => {
    expect(cronWords(expression)).toBeUndefined();
  });
});

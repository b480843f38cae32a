// What was typed in full is chosen, and nothing that only begins like it.
import { expect, it } from "vitest";
import { namedBy } from "./named-choice";

const zones = ["Europe/Berlin", "Europe/Bern"].map((title) => ({ id: title, title }));

it("finds the one that was typed in full, however it is written", () => {
  expect(namedBy(" europe/berlin ", zones)?.id).toBe("Europe/Berlin");
});

it("takes nothing for what is only a part, unknown or empty", () => {
  expect(namedBy("Europe/Ber", zones)).toBeUndefined();
  expect(namedBy("Mars/Olympus", zones)).toBeUndefined();
  expect(namedBy("", [{ id: "", title: "" }])).toBeUndefined();
});

it("does not guess between two of the same title", () => {
  const twins = [
    { id: "1", title: "Ship" },
    { id: "2", title: "Ship" },
  ];
  expect(namedBy("ship", twins)).toBeUndefined();
  expect(namedBy("2", twins)?.id).toBe("2");
});

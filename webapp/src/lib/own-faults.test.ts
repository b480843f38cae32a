// Each fault that a browser would tell in a bubble has a sentence of ours.
import { expect, it } from "vitest";
import { type Checked, ownFault } from "./own-faults";

const control = (validity: Partial<ValidityState>, more: Partial<Checked> = {}): Checked => ({
  validity: { valid: false, ...validity },
  validationMessage: "what the browser says",
  ...more,
});

it("says nothing of what may be sent", () => {
  expect(ownFault(control({ valid: true }))).toBeUndefined();
});

it.each([
  [control({ valueMissing: true }), "Is required."],
  [control({ typeMismatch: true }, { type: "email" }), "Has to be an e-mail address."],
  [
    control({ typeMismatch: true }, { type: "url" }),
    "Has to be a whole address, such as https://example.org/.",
  ],
  [control({ patternMismatch: true }, { dataset: { takes: "digits" } }), "It takes: digits"],
  [control({ tooShort: true }, { minLength: 8 }), "Has to have at least 8 characters."],
  [control({ rangeUnderflow: true }, { min: "1" }), "Has to be at least 1."],
  [control({ rangeOverflow: true }, { max: "9" }), "Has to be at most 9."],
  [control({ stepMismatch: true }), "Has to be a whole number."],
  [control({ badInput: true, valueMissing: true }), "Has to be a number."],
])("says %o in its own words", (checked, said) => {
  expect(ownFault(checked)).toBe(said);
});

it("leaves what nobody has put into words to the browser", () => {
  expect(ownFault(control({ customError: true }))).toBe("what the browser says");
});

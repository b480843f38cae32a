// What a form finds wrong before anything is sent, as its fields declare it: said at each of them, in the app's own words.
import { t } from "@/lib/i18n";

/** What is asked of a control of a form. */
export interface Checked {
  validity: Partial<ValidityState>;
  validationMessage: string;
  type?: string;
  min?: string;
  max?: string;
  minLength?: number;
  maxLength?: number;
  /** `takes`: what fits its pattern, for people. */
  dataset?: DOMStringMap;
}

/** Nothing, where it may be sent. */
export function ownFault(control: Checked): string | undefined {
  const { validity, type, min, max, minLength, maxLength, dataset } = control;
  if (validity.valid) return undefined;
  if (validity.badInput) return t("Has to be a number.");
  if (validity.valueMissing) return t("Is required.");
  if (validity.typeMismatch && type === "email") return t("Has to be an e-mail address.");
  if (validity.typeMismatch && type === "url")
    return t("Has to be a whole address, such as https://example.org/.");
  if (validity.patternMismatch && dataset?.takes) return t("It takes: {{what}}", { what: dataset.takes });
  if (validity.tooShort) return t("Has to have at least {{min}} characters.", { min: minLength });
  if (validity.tooLong) return t("Has to have at most {{max}} characters.", { max: maxLength });
  if (validity.rangeUnderflow) return t("Has to be at least {{min}}.", { min });
  if (validity.rangeOverflow) return t("Has to be at most {{max}}.", { max });
  if (validity.stepMismatch) return t("Has to be a whole number.");
  return control.validationMessage;
}

/** By name of the field, in the order in which they stand. */
export function ownFaults(form: HTMLFormElement): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const control of form.elements) {
    if (!isField(control) || !control.willValidate) continue;
    const fault = ownFault(control);
    if (fault !== undefined) faults[control.name] ??= fault;
  }
  return faults;
}

function isField(control: Element): control is HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  return (
    control instanceof HTMLInputElement ||
    control instanceof HTMLSelectElement ||
    control instanceof HTMLTextAreaElement
  );
}

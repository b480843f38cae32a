// Makes a form out of a workflow's input schemas, and inputs out of what was filled in. No React in here.
import { t } from "@/lib/i18n";
import { isRecord, type JsonRecord, textOf } from "./json";

export type FieldControl = "text" | "multiline" | "number" | "integer" | "switch" | "choice" | "json";

export interface FormField {
  name: string;
  label: string;
  help: string | undefined;
  control: FieldControl;
  required: boolean;
  /** For a choice: the allowed values as written in the schema, shown as text. */
  choices: unknown[];
  initial: string;
  placeholder: string | undefined;
}

export type FormValues = Record<string, string>;

export interface FormResult {
  inputs: JsonRecord;
  /** By field name; empty when everything can be sent. */
  errors: Record<string, string>;
}

export function readForm(document: unknown): FormField[] {
  const inputs = isRecord(document) && isRecord(document.inputs) ? document.inputs : {};
  return Object.entries(inputs).map(([name, schema]) => readField(name, isRecord(schema) ? schema : {}));
}

export function initialValues(fields: FormField[], inputs: JsonRecord = {}): FormValues {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.name in inputs ? asText(inputs[field.name], field.control) : field.initial,
    ]),
  );
}

/** An empty field is left out, so that the server's default holds and the pinned document stays the truth. */
export function readInputs(fields: FormField[], values: FormValues): FormResult {
  const inputs: JsonRecord = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const text = values[field.name] ?? "";
    if (text.trim() === "" && field.control !== "switch") {
      if (field.required) errors[field.name] = t("This input is needed.");
      continue;
    }
    const read = readValue(field, text);
    if ("error" in read) errors[field.name] = read.error;
    else inputs[field.name] = read.value;
  }
  return { inputs, errors };
}

function readField(name: string, schema: JsonRecord): FormField {
  const choices = Array.isArray(schema.enum) ? schema.enum : [];
  const control = controlOf(schema, choices);
  const hasDefault = schema.default !== undefined;
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  return {
    name,
    label: textOf(schema.title) ?? name,
    help: textOf(schema.description),
    control,
    required: !hasDefault && schema.required !== false && control !== "switch",
    choices,
    initial: hasDefault ? asText(schema.default, control) : control === "switch" ? "false" : "",
    placeholder: examples.length > 0 ? asText(examples[0], control) : undefined,
  };
}

function controlOf(schema: JsonRecord, choices: unknown[]): FieldControl {
  if (choices.length > 0) return "choice";
  const types = Array.isArray(schema.type) ? schema.type.filter((type) => type !== "null") : [schema.type];
  if (types.length !== 1) return "json";
  switch (types[0]) {
    case "string":
      return schema.format === "multiline" || schema.format === "textarea" ? "multiline" : "text";
    case "integer":
      return "integer";
    case "number":
      return "number";
    case "boolean":
      return "switch";
    default:
      return "json";
  }
}

function asText(value: unknown, control: FieldControl): string {
  if (value === null || value === undefined) return "";
  if (control === "json") return JSON.stringify(value, null, 2);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readValue(field: FormField, text: string): { value: unknown } | { error: string } {
  switch (field.control) {
    case "text":
    case "multiline":
      return { value: text };
    case "switch":
      return { value: text === "true" };
    case "choice": {
      const index = field.choices.findIndex((choice) => asText(choice, "choice") === text);
      return index < 0 ? { error: t("Choose one of the listed values.") } : { value: field.choices[index] };
    }
    case "number":
    case "integer": {
      const value = Number(text);
      if (!Number.isFinite(value)) return { error: t("Write a number, for instance 3 or 2.5.") };
      if (field.control === "integer" && !Number.isInteger(value))
        return { error: t("Write a whole number.") };
      return { value };
    }
    case "json":
      try {
        return { value: JSON.parse(text) };
      } catch {
        return { error: t('Write JSON, for instance ["a", "b"] or {"key": 1}; text needs double quotes.') };
      }
  }
}

/** The text under which a choice is kept in the form. */
export function choiceText(choice: unknown): string {
  return asText(choice, "choice");
}

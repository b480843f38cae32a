// Draws the fields of an input form; what they mean is decided in lib/input-form.

import { useId } from "react";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { choiceText, type FormField, type FormValues } from "@/lib/input-form";
import { describedBy, FieldNotes } from "./field-notes";

interface SchemaFormProps {
  fields: FormField[];
  values: FormValues;
  errors: Record<string, string>;
  onChange: (values: FormValues) => void;
}

const CONTROL =
  "w-full rounded-md border border-line-strong bg-page px-2.5 py-1.5 text-base placeholder:text-muted/70 aria-invalid:border-bad max-md:text-field";

export function SchemaForm({ fields, values, errors, onChange }: SchemaFormProps) {
  return (
    <div className="space-y-4">
      {fields.map((field) => (
        <FieldRow
          key={field.name}
          field={field}
          value={values[field.name] ?? ""}
          error={errors[field.name]}
          onChange={(value) => onChange({ ...values, [field.name]: value })}
        />
      ))}
    </div>
  );
}

interface FieldRowProps {
  field: FormField;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function FieldRow({ field, value, error, onChange }: FieldRowProps) {
  const id = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="flex items-baseline gap-2 text-sm font-medium">
        {field.label}
        {field.required ? (
          <span className="text-xs font-normal text-muted">{t("required")}</span>
        ) : (
          field.control !== "switch" && (
            <span className="text-xs font-normal text-muted">{t("optional")}</span>
          )
        )}
        {field.label !== field.name && (
          <code className="font-mono text-xs font-normal text-muted">{field.name}</code>
        )}
      </label>
      <Control
        field={field}
        id={id}
        value={value}
        invalid={error !== undefined}
        notes={describedBy({ id, help: field.help, fault: error })}
        onChange={onChange}
      />
      <FieldNotes id={id} help={field.help} fault={error} />
    </div>
  );
}

interface ControlProps {
  field: FormField;
  id: string;
  value: string;
  invalid: boolean;
  notes: string | undefined;
  onChange: (value: string) => void;
}

function Control({ field, id, value, invalid, notes, onChange }: ControlProps) {
  const shared = { id, name: field.name, "aria-invalid": invalid, "aria-describedby": notes };
  switch (field.control) {
    case "switch":
      return (
        <input
          {...shared}
          type="checkbox"
          className="size-5 accent-accent"
          checked={value === "true"}
          onChange={(event) => onChange(String(event.target.checked))}
        />
      );
    case "choice":
      return (
        <select
          {...shared}
          className={CONTROL}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {(!field.required || value === "") && <option value="">{t("(not set)")}</option>}
          {field.choices.map((choice) => (
            <option key={choiceText(choice)} value={choiceText(choice)}>
              {choiceText(choice)}
            </option>
          ))}
        </select>
      );
    case "json":
    case "multiline":
      return (
        <textarea
          {...shared}
          rows={5}
          spellCheck={false}
          placeholder={field.placeholder}
          className={cn(CONTROL, field.control === "json" && "font-mono text-sm")}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      return (
        <input
          {...shared}
          type="text"
          autoComplete="off"
          inputMode={
            field.control === "text" ? undefined : field.control === "integer" ? "numeric" : "decimal"
          }
          placeholder={field.placeholder}
          className={CONTROL}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

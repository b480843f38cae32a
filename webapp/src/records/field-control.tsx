// One input of a form, with its name, its help and its fault, by the type of the field.
import { type ChangeEvent, type ReactNode, useId } from "react";
import { cn } from "@/lib/cn";
import { choiceText } from "./format";
import { useHost } from "./host";
import { type Field, modelOf, type Relation } from "./manifest";
import { RelationPicker } from "./relation-picker";
import { CONTROL } from "./value-input";
import type { Words } from "./words";

interface FrameProps {
  id: string;
  label: string;
  required: boolean;
  help?: string;
  fault?: string;
  wide?: boolean;
  children: ReactNode;
}

function Frame({ id, label, required, help, fault, wide, children }: FrameProps) {
  const { words } = useHost();
  return (
    <div className={cn("min-w-0 space-y-1", wide && "sm:col-span-2")}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
        {required && (
          <span className="text-bad" title={words.required}>
            {" *"}
            <span className="sr-only"> ({words.required})</span>
          </span>
        )}
      </label>
      {children}
      <FieldNotes id={id} help={help} fault={fault} />
    </div>
  );
}

/** What stands under a control: what is meant by it, and what is wrong with it. */
function FieldNotes({ id, help, fault }: Pick<FrameProps, "id" | "help" | "fault">) {
  const { words } = useHost();
  return (
    <>
      {help && (
        <p id={`${id}-help`} className="text-xs text-muted">
          {help}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} className="text-xs text-bad first-letter:uppercase">
          {words.fault(fault)}
        </p>
      )}
    </>
  );
}

interface FieldControlProps {
  field: Field;
  value: string;
  fault?: string;
  onChange: (value: string) => void;
}

export function FieldControl({ field, value, fault, onChange }: FieldControlProps) {
  const { words, manner } = useHost();
  const id = useId();
  const help = helpOf(field, words, manner.zone);
  const isWide = field.type === "long_text" || field.type === "json";
  const common = {
    id,
    name: field.name,
    "aria-invalid": fault ? true : undefined,
    // A box to tick is never empty, so nothing is required of it.
    ...(field.required && field.type !== "boolean" && { "aria-required": true }),
    "aria-describedby": [help && `${id}-help`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) =>
      onChange(event.target.value),
  };
  if (field.type === "boolean" && field.required)
    return (
      <div className="min-w-0 space-y-1 sm:self-end">
        <label
          htmlFor={id}
          className="flex min-h-9 items-center gap-2.5 text-sm font-medium pointer-coarse:min-h-11"
        >
          <input
            {...common}
            type="checkbox"
            checked={value === "true"}
            onChange={(event) => onChange(String(event.target.checked))}
            className="size-4 accent-accent pointer-coarse:size-5"
          />
          {field.label}
        </label>
        <FieldNotes id={id} help={help} fault={fault} />
      </div>
    );
  return (
    <Frame id={id} label={field.label} required={field.required} help={help} fault={fault} wide={isWide}>
      {controlOf(field, value, common, words)}
    </Frame>
  );
}

type Common = {
  id: string;
  name: string;
  onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) => void;
};

function controlOf(field: Field, value: string, common: Common, words: Words): ReactNode {
  const plain = { ...common, value, className: CONTROL };
  switch (field.type) {
    case "boolean":
      return (
        <select {...plain}>
          <option value="">{words.choose}</option>
          <option value="true">{words.yes}</option>
          <option value="false">{words.no}</option>
        </select>
      );
    case "enum": {
      const values = field.options.values ?? [];
      return (
        <select {...plain}>
          <option value="">{words.choose}</option>
          {/* A value that is allowed no more is still what the record has. */}
          {[...values, ...(value && !values.includes(value) ? [value] : [])].map((each) => (
            <option key={each} value={each}>
              {choiceText(field.options, each)}
            </option>
          ))}
        </select>
      );
    }
    case "integer":
      return <input {...plain} inputMode="numeric" autoComplete="off" />;
    case "decimal":
      return <input {...plain} inputMode="decimal" autoComplete="off" />;
    case "date":
      return <input {...plain} type="date" max="9999-12-31" />;
    case "datetime":
      return <input {...plain} type="datetime-local" step="1" max="9999-12-31T23:59:59" />;
    case "email":
      return <input {...plain} type="email" autoComplete="off" />;
    case "uuid":
      return (
        <input
          {...plain}
          autoComplete="off"
          spellCheck={false}
          className={cn(CONTROL, "font-mono text-sm")}
        />
      );
    case "json":
      return <textarea {...plain} spellCheck={false} rows={6} className={cn(CONTROL, "font-mono text-sm")} />;
    case "long_text":
      return <textarea {...plain} rows={5} />;
    case "text":
      // A line of input would drop the breaks of a text that was written elsewhere.
      if (/[\r\n]/.test(value)) return <textarea {...plain} rows={3} />;
      return <input {...plain} autoComplete="off" />;
  }
}

interface RelationControlProps {
  relation: Relation;
  ids: string[];
  fault?: string;
  onChange: (ids: string[]) => void;
}

export function RelationControl({ relation, ids, fault, onChange }: RelationControlProps) {
  const { manifest } = useHost();
  const id = useId();
  const target = modelOf(manifest, relation.target);
  if (!target) return null;
  return (
    <Frame id={id} label={relation.label} required={relation.required && !relation.many} fault={fault}>
      <RelationPicker
        id={id}
        target={target}
        many={relation.many}
        chosen={ids}
        onChange={onChange}
        invalid={fault !== undefined}
        describedBy={fault ? `${id}-fault` : undefined}
      />
    </Frame>
  );
}

/** A bound as wide as the type itself says nothing to anybody. */
const TELLING = 1e12;

function helpOf(field: Field, words: Words, zone: string | undefined): string {
  const { min, max } = field.options;
  const isTelling = (bound: unknown) =>
    bound !== null && bound !== undefined && Math.abs(Number(bound)) < TELLING;
  const notes = field.help ? [field.help] : [];
  if (field.type === "integer" || field.type === "decimal") {
    if (isTelling(min) && isTelling(max)) notes.push(words.from(String(min), String(max)));
    else if (isTelling(min)) notes.push(words.atLeast(String(min)));
    else if (isTelling(max)) notes.push(words.atMost(String(max)));
  }
  if (field.type === "json") notes.push(words.asJson);
  if (field.type === "datetime" && zone) notes.push(words.inZone(zone));
  return notes.join(" · ");
}

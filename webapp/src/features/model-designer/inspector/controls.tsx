// The lines of the forms: a label, a control, and what the server objects to in it.
import { createContext, type ReactNode, useContext, useEffect, useId, useState } from "react";
import { describedBy, FieldNotes } from "@/components/field-notes";
import { CONTROL } from "@/components/form";
import { cn } from "@/lib/cn";

/** For whoever may only look: every line is there to be read, and what adds or removes is left out. */
export const ReadingContext = createContext(false);

/** What only those are offered who may change something. */
export function ForEditing({ children }: { children: ReactNode }) {
  return useContext(ReadingContext) ? null : children;
}

interface LineProps {
  label: string;
  help?: ReactNode;
  faults?: readonly string[];
}

function useLine({ help, faults = [] }: Omit<LineProps, "label">) {
  const id = useId();
  const fault = faults.length > 0 ? faults.join(" ") : undefined;
  const control = {
    id,
    "aria-invalid": fault !== undefined,
    "aria-describedby": describedBy({ id, help, fault }),
  };
  return { id, fault, control };
}

function Frame({
  id,
  label,
  help,
  fault,
  children,
}: Omit<LineProps, "faults"> & { id: string; fault: string | undefined; children: ReactNode }) {
  return (
    <div className="min-w-0 space-y-1">
      <label htmlFor={id} className="block font-medium text-sm">
        {label}
      </label>
      {children}
      <FieldNotes id={id} help={help} fault={fault} />
    </div>
  );
}

interface TextLineProps extends LineProps {
  value: string;
  isLong?: boolean;
  onChange: (text: string) => void;
  /** What is typed next is an edit of its own. */
  onLeave: () => void;
}

/** A text that is taken over letter by letter. */
export function TextLine({ label, help, faults, value, isLong, onChange, onLeave }: TextLineProps) {
  const { id, fault, control } = useLine({ help, faults });
  const readOnly = useContext(ReadingContext);
  const common = {
    ...control,
    readOnly,
    value,
    className: CONTROL,
    onBlur: onLeave,
    autoComplete: "off",
  };
  return (
    <Frame id={id} label={label} help={help} fault={fault}>
      {isLong ? (
        <textarea {...common} rows={3} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...common} type="text" onChange={(event) => onChange(event.target.value)} />
      )}
    </Frame>
  );
}

interface CommitLineProps extends LineProps {
  value: string;
  isLong?: boolean;
  isMono?: boolean;
  /** Says why it can't be so. */
  onCommit: (text: string) => string | null;
}

/** A text that counts as a whole, when it is left: names, which other things follow, and values of a type. */
export function CommitLine({ label, help, faults, value, isLong, isMono, onCommit }: CommitLineProps) {
  const [text, setText] = useState(value);
  const [refused, setRefused] = useState<string | null>(null);
  const { id, fault, control } = useLine({ help, faults: refused === null ? faults : [refused] });
  useEffect(() => {
    setText(value);
    setRefused(null);
  }, [value]);
  const readOnly = useContext(ReadingContext);
  const commit = () => {
    if (text === value) return setRefused(null);
    setRefused(onCommit(text));
  };
  const common = {
    ...control,
    readOnly,
    value: text,
    "data-commits": true,
    autoComplete: "off",
    spellCheck: false,
    className: cn(CONTROL, isMono && "font-mono text-sm"),
    onBlur: commit,
  };
  return (
    <Frame id={id} label={label} help={help} fault={fault}>
      {isLong ? (
        <textarea {...common} rows={4} onChange={(event) => setText(event.target.value)} />
      ) : (
        <input
          {...common}
          type="text"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit();
          }}
        />
      )}
    </Frame>
  );
}

interface ChoiceLineProps extends LineProps {
  value: string;
  choices: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
}

export function ChoiceLine({ label, help, faults, value, choices, onChange }: ChoiceLineProps) {
  const { id, fault, control } = useLine({ help, faults });
  // What was written by hand may be none of the choices; it is shown as it is.
  const known = choices.find(([each]) => each === value);
  const readOnly = useContext(ReadingContext);
  return (
    <Frame id={id} label={label} help={help} fault={fault}>
      {readOnly ? (
        <input {...control} type="text" readOnly value={known?.[1] ?? value} className={CONTROL} />
      ) : (
        <select
          {...control}
          value={value}
          className={CONTROL}
          onChange={(event) => onChange(event.target.value)}
        >
          {!known && <option value={value}>{value}</option>}
          {choices.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Frame>
  );
}

interface CheckLineProps extends LineProps {
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

export function CheckLine({ label, help, faults, checked, disabled, onChange }: CheckLineProps) {
  const { id, fault, control } = useLine({ help, faults });
  const readOnly = useContext(ReadingContext);
  return (
    <div>
      <label htmlFor={id} className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-10">
        <input
          {...control}
          type="checkbox"
          className="size-4 accent-[var(--accent)]"
          checked={checked}
          disabled={disabled || readOnly}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
      <FieldNotes id={id} help={help} fault={fault} />
    </div>
  );
}

/** What is wrong with a thing as a whole. */
export function Faults({ faults }: { faults: readonly string[] }) {
  if (faults.length === 0) return null;
  return (
    <ul className="space-y-1 rounded-md bg-bad-soft px-2.5 py-1.5 text-bad text-sm">
      {faults.map((fault) => (
        <li key={fault} className="first-letter:uppercase">
          {fault}
        </li>
      ))}
    </ul>
  );
}

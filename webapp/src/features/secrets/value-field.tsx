// A text of a secret while it is typed: covered unless one asks to see it, and never filled in again.
import { Eye, EyeOff } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/button";
import { FieldNotes } from "@/components/field-notes";
import { CONTROL, useFieldFault } from "@/components/form";
import { RequiredMark } from "@/components/required-mark";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";

interface ValueFieldProps {
  name: string;
  label: string;
  value: string;
  confidential: boolean;
  required: boolean;
  long: boolean;
  fault: string | undefined;
  onChange: (value: string) => void;
}

export function ValueField(props: ValueFieldProps) {
  const { name, label, value, confidential, required, long, onChange } = props;
  const id = useId();
  const unfit = useFieldFault(name);
  const fault = unfit ?? props.fault;
  const [shown, setShown] = useState(false);
  const covered = confidential && !shown;
  const control = {
    id,
    name,
    required,
    value,
    autoComplete: "off",
    spellCheck: false,
    "aria-invalid": fault !== undefined,
    "aria-describedby": fault && `${id}-fault`,
  };
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="flex items-baseline gap-2 text-sm font-medium">
        <span>
          {label}
          {required && <RequiredMark />}
        </span>
        {!required && <span className="text-xs font-normal text-muted">{t("optional")}</span>}
      </label>
      <div className="flex items-start gap-1">
        {long ? (
          <textarea
            {...control}
            rows={3}
            onChange={(event) => onChange(event.target.value)}
            className={cn(CONTROL, "font-mono text-sm", covered && "[-webkit-text-security:disc]")}
          />
        ) : (
          <input
            {...control}
            type={covered ? "password" : "text"}
            onChange={(event) => onChange(event.target.value)}
            className={CONTROL}
          />
        )}
        {confidential && (
          <Button
            weight="quiet"
            className="px-1.5"
            aria-label={t("Show {{field}} while typing", { field: label })}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
          </Button>
        )}
      </div>
      <FieldNotes id={id} fault={fault} />
    </div>
  );
}

// The fields of what a secret of one kind holds.
import { Plus, X } from "lucide-react";
import type { SecretKind } from "@/api/types";
import { Button } from "@/components/button";
import { t } from "@/lib/i18n";
import { fieldTitle, isLong, type Pair } from "./kinds";
import { ValueField } from "./value-field";

interface HeldFieldsProps {
  kind: SecretKind;
  values: Record<string, string>;
  own: readonly Pair[];
  /** By field, as the API names it. */
  faults: Record<string, string>;
  onValues: (values: Record<string, string>) => void;
  onOwn: (own: readonly Pair[]) => void;
}

export function HeldFields({ kind, values, own, faults, onValues, onOwn }: HeldFieldsProps) {
  return (
    <div className="space-y-4">
      {kind.fields.map(({ name, confidential, required }) => (
        <ValueField
          key={`${kind.name} ${name}`}
          name={name}
          label={fieldTitle(name)}
          value={values[name] ?? ""}
          confidential={confidential}
          required={required}
          long={isLong(name)}
          fault={faults[name]}
          onChange={(value) => onValues({ ...values, [name]: value })}
        />
      ))}
      {kind.open && <OwnFields own={own} faults={faults} onOwn={onOwn} />}
    </div>
  );
}

function OwnFields({ own, faults, onOwn }: Pick<HeldFieldsProps, "own" | "faults" | "onOwn">) {
  const change = (at: number, part: Partial<Pair>) =>
    onOwn(own.map((pair, index) => (index === at ? { ...pair, ...part } : pair)));
  return (
    <fieldset className="space-y-3">
      <legend className="mb-1 text-sm font-medium">{t("Fields")}</legend>
      {own.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity while their names are typed.
        <div key={index} className="grid grid-cols-[1fr_auto] items-end gap-2 sm:grid-cols-[10rem_1fr_auto]">
          <ValueField
            name={`name-${index}`}
            label={t("Name of field {{number}}", { number: index + 1 })}
            value={name}
            confidential={false}
            required
            long={false}
            fault={undefined}
            onChange={(changed) => change(index, { name: changed })}
          />
          <div className="max-sm:order-last max-sm:col-span-2">
            <ValueField
              name={`value-${index}`}
              label={t("Value of field {{number}}", { number: index + 1 })}
              value={value}
              confidential
              required
              long={false}
              fault={faults[name.trim()]}
              onChange={(changed) => change(index, { value: changed })}
            />
          </div>
          <Button
            weight="quiet"
            className="px-1.5"
            aria-label={t("Take field {{number}} away", { number: index + 1 })}
            disabled={own.length === 1}
            onClick={() => onOwn(own.filter((_, at) => at !== index))}
          >
            <X aria-hidden />
          </Button>
        </div>
      ))}
      <Button onClick={() => onOwn([...own, { name: "", value: "" }])}>
        <Plus aria-hidden />
        {t("Another field")}
      </Button>
    </fieldset>
  );
}

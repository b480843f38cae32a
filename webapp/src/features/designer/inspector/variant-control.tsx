// One of several things: which of them it is, and the fields of that one.

import { type ReactNode, useContext, useState } from "react";
import { CONTROL } from "@/components/form";
import { t } from "@/lib/i18n";
import type { Shape } from "@/lib/schema-field";
import { isOnTheWay, isText, type Variant, variantOf } from "@/lib/schema-variants";
import { type ControlProps, FormTargetContext } from "./form-target";
import { AS_JSON, type Choice, NOTHING } from "./kept-choices";

interface VariantControlProps extends ControlProps {
  hint: string | undefined;
  variants: readonly Variant[];
  /** The fields of a variant. */
  content: (variant: Variant, shape: Shape) => ReactNode;
  /** The value as it is, in one field. */
  asJson: (control: { id: string; label: string }) => ReactNode;
}

/** One of several things, and the fields of the one that is chosen. */
export function VariantControl(props: VariantControlProps) {
  const { id, label, path, value, invalid, notes, hint, variants, content, asJson } = props;
  const { set, seal, kept } = useContext(FormTargetContext);
  const found = variantOf(variants, value);
  const text = variants.find(isText);
  const [picked, setPicked] = useState<Choice>(found ?? text ?? NOTHING);
  const current =
    picked === AS_JSON
      ? AS_JSON
      : (found ?? pickedFor(picked, value) ?? (value === undefined ? (text ?? NOTHING) : AS_JSON));
  if (current !== picked) setPicked(current);
  const choose = (next: Choice) => {
    seal();
    const change = kept.change(path, { from: current, to: next, value, found });
    setPicked(next);
    if (change) set(path, change.value);
    seal();
  };
  const shown = typeof current === "string" ? undefined : current;
  return (
    <div className="space-y-1.5">
      <select
        id={id}
        aria-label={label}
        aria-invalid={invalid}
        aria-describedby={notes}
        className={CONTROL}
        value={typeof current === "string" ? current : String(variants.indexOf(current))}
        onChange={({ target }) => {
          const chosen = target.value === NOTHING ? NOTHING : variants[Number(target.value)];
          choose(chosen ?? AS_JSON);
        }}
      >
        {!text && (
          <option value={NOTHING}>
            {hint === undefined ? t("(not set)") : t("(not set: {{hint}})", { hint })}
          </option>
        )}
        {variants.map((variant, index) => (
          <option key={variant.by + variant.name} value={String(index)}>
            {variantName(variant)}
          </option>
        ))}
        <option value={AS_JSON}>{t("as JSON")}</option>
      </select>
      {shown?.help !== undefined && <p className="text-muted text-xs">{shown.help}</p>}
      {shown?.shape && content(shown, shown.shape)}
      {current === AS_JSON && asJson({ id: `${id}-json`, label: t("as JSON") })}
    </div>
  );
}

/** A choice that the value does not show yet. */
function pickedFor(picked: Choice, value: unknown): Variant | undefined {
  return typeof picked !== "string" && isOnTheWay(picked, value) ? picked : undefined;
}

export function variantName({ by, name }: Variant): string {
  if (by !== "type") return name;
  if (name === "number") return t("a number");
  if (name === "string") return t("a text");
  return name === "array" ? t("a list") : t("named values");
}

// One of several things: which of them it is, and what was typed in each while one looks at the node.

import { type ReactNode, useContext, useRef, useState } from "react";
import { CONTROL } from "@/components/form";
import { t } from "@/lib/i18n";
import type { Shape } from "@/lib/schema-field";
import { isOnTheWay, isText, type Variant, variantOf } from "@/lib/schema-variants";
import { type ControlProps, FormTargetContext } from "./form-target";

/** What lies in a place where a form can't say it; and what stands for none at all. */
const AS_JSON = "json";
const NOTHING = "";

type Picked = Variant | typeof AS_JSON | typeof NOTHING;

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
  const { set, seal } = useContext(FormTargetContext);
  const found = variantOf(variants, value);
  const text = variants.find(isText);
  const [picked, setPicked] = useState<Picked>(found ?? text ?? NOTHING);
  // What was typed in each of them, for whoever comes back to it.
  const left = useRef(new Map<Variant, unknown>());
  const current =
    picked === AS_JSON
      ? AS_JSON
      : (found ?? pickedFor(picked, value) ?? (value === undefined ? (text ?? NOTHING) : AS_JSON));
  if (current !== picked) setPicked(current);
  const choose = (next: Picked) => {
    seal();
    if (typeof current !== "string") left.current.set(current, value);
    setPicked(next);
    if (next === NOTHING) set(path, undefined);
    else if (next !== AS_JSON && next !== found)
      set(path, left.current.has(next) ? left.current.get(next) : next.start);
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
function pickedFor(picked: Picked, value: unknown): Variant | undefined {
  return typeof picked !== "string" && isOnTheWay(picked, value) ? picked : undefined;
}

export function variantName({ by, name }: Variant): string {
  if (by !== "type") return name;
  if (name === "number") return t("a number");
  if (name === "string") return t("a text");
  return name === "array" ? t("a list") : t("named values");
}

// The relationships of an application as they look from one of its models.
import { t } from "@/lib/i18n";
import { isRecord, textOf } from "@/lib/json";

export interface Relation {
  name: string;
  /** The model at the other end. */
  other: string;
  /** "many to one" and so on, read from this model. */
  shape: string;
  facts: string[];
}

const SHAPES: Record<string, () => [string, string]> = {
  "n-1": () => [t("many to one"), t("one to many")],
  "n-n": () => [t("many to many"), t("many to many")],
  "1-1": () => [t("one to one"), t("one to one")],
};

export function relationsOf(
  model: { id: string; name: string },
  relationships: readonly unknown[],
): Relation[] {
  const isThis = (end: unknown) => end === model.name || end === model.id;
  return relationships.filter(isRecord).flatMap((relationship) => {
    const { source, target } = relationship;
    const kind = textOf(relationship.kind) ?? "";
    const [forward, backward] = SHAPES[kind]?.() ?? [kind, kind];
    const found: Relation[] = [];
    if (isThis(source)) {
      const facts = relationship.required === true ? [t("required")] : [];
      const onDelete = textOf(relationship.on_delete);
      if (onDelete) facts.push(t("on delete: {{what}}", { what: onDelete.replaceAll("_", " ") }));
      found.push({
        name: textOf(relationship.name) ?? "",
        other: textOf(target) ?? "",
        shape: forward,
        facts,
      });
    }
    const inverse = textOf(relationship.inverse);
    if (isThis(target) && inverse) {
      found.push({ name: inverse, other: textOf(source) ?? "", shape: backward, facts: [] });
    }
    return found;
  });
}

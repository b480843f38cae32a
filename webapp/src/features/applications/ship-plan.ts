// A plan in words: what changes, what is lost by it, and whether it may be carried out.
import type { ChangedProperty, PlannedChange, ShipPlan, UnsafeChanges } from "@/api/types";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";

export const NOTHING_ALLOWED: UnsafeChanges = { drop: false, tighten: false };

/** What was allowed, and of which plan it was said. */
export interface Word {
  allow: UnsafeChanges;
  plan: Pick<ShipPlan, "changes" | "pending">;
}

/** What is allowed of a plan: a word that was given for other changes does not count for these. */
export function allowed(word: Word | undefined, plan: Word["plan"] | undefined): UnsafeChanges {
  if (!word || !plan) return NOTHING_ALLOWED;
  const isSame = sameJson(word.plan.changes, plan.changes) && sameJson(word.plan.pending, plan.pending);
  return isSame ? word.allow : NOTHING_ALLOWED;
}

/** Where nothing is there yet, there is nothing to decide on. */
export function shipsAtOnce(plan: ShipPlan): boolean {
  return plan.basis === "nothing" && plan.problems.length === 0;
}

/** What has to be allowed and the workflow can't be told to allow: the names of the inputs that it lacks. */
export function lackingInputs({ needs, workflow }: ShipPlan): string[] {
  if (!workflow) return [];
  const kinds = ["drop", "tighten"] as const;
  return kinds.filter((kind) => needs[kind] && !workflow.takes[kind]).map((kind) => `allow_${kind}`);
}

/** Why it can't be shipped now; null when it can. */
export function obstacle(plan: ShipPlan, allow: UnsafeChanges): string | null {
  if (plan.problems.length > 0) return t("Mend what is listed above first.");
  if (lackingInputs(plan).length > 0) return t("Its workflow has to take what is to be allowed first.");
  if (plan.needs.drop && !allow.drop) return t("Allow that data is deleted first, or restore what is gone.");
  if (plan.needs.tighten && !allow.tighten) return t("Allow the stricter rules first, or ease them again.");
  return null;
}

export type ChangeAction = PlannedChange["action"];

/** In the order in which they are worth reading. */
export const ACTIONS: readonly ChangeAction[] = ["removed", "changed", "added"];

export function actionInWords(action: ChangeAction): string {
  switch (action) {
    case "added":
      return t("Added");
    case "changed":
      return t("Changed");
    case "removed":
      return t("Removed");
  }
}

export function partInWords({ part, model, name }: PlannedChange): string {
  switch (part) {
    case "model":
      return t("Model `{{name}}`", { name });
    case "field":
      return t("Field `{{name}}` of `{{model}}`", { name, model });
    case "relationship":
      return t("Relationship `{{name}}` of `{{model}}`", { name, model });
  }
}

/** What is at stake; null when nothing is. */
export function stakeInWords({ action, needs, part }: PlannedChange): string | null {
  if (needs === null) return null;
  if (needs === "tighten" && action === "added")
    return t("Records that are there have no value for it: each of them stops the run.");
  if (needs === "tighten") return t("A record that breaks the rule stops the run.");
  switch (part) {
    case "model":
      return t("All its records are deleted.");
    case "field":
      return t("Its values in all records are deleted.");
    case "relationship":
      return t("All its links between records are deleted.");
  }
}

export function detailInWords({ property, before, after }: ChangedProperty): string {
  const isOn = after === "true";
  switch (property) {
    case "name":
      return t("was called `{{before}}`", { before });
    case "required":
      return isOn ? t("required") : t("no longer required");
    case "unique":
      return isOn ? t("unique") : t("no longer unique");
    case "type":
      return before === null ? `\`${after}\`` : t("type {{change}}", { change: fromTo(before, after) });
    case "target":
      return before === null
        ? t("to `{{after}}`", { after })
        : t("target {{change}}", { change: fromTo(before, after) });
    case "limits":
      return t("limits {{change}}", { change: fromTo(before, after) });
    case "default":
      return after === null ? t("no default any more") : t("default `{{after}}`", { after });
    case "on_delete":
      return t("on deletion {{change}}", { change: fromTo(before, after) });
    case "fields":
      return t("fields {{names}}", { names: after ?? before });
  }
}

function fromTo(before: string | null, after: string | null): string {
  return `\`${before ?? "–"}\` → \`${after ?? "–"}\``;
}

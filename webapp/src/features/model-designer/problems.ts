// What the server objects to in a draft, and which model, field or relation that is.
import { t } from "@/lib/i18n";
import type { Fault } from "./api/check";
import { type ApplicationDocument, isRelation, type RelationKey } from "./operations/document";
import type { Target } from "./operations/operation";

export interface Problem extends Fault {
  of: Target;
  /** The setting that is meant, where it is one. */
  key: string | undefined;
}

/** Finds what a pointer leads to: `/models/2/fields/0/max`, `/relationships/1/target`, `/name`. */
export function placeProblem(document: ApplicationDocument, fault: Fault): Problem {
  const { path } = fault;
  const [list, index, inner, place, ...rest] = path.split("/").slice(1);
  const model = list === "models" ? document.models[Number(index)] : undefined;
  const relation = list === "relationships" ? document.relationships[Number(index)] : undefined;
  if (relation) {
    const { source, name } = relation;
    return { ...fault, of: { relation: { source, name } }, key: inner };
  }
  if (!model) return { ...fault, of: {}, key: list || undefined };
  const field = inner === "fields" ? model.fields[Number(place)] : undefined;
  if (!field) return { ...fault, of: { model: model.name }, key: inner };
  return { ...fault, of: { model: model.name, field: field.name }, key: rest[0] };
}

/** What is said of one thing; with a key, of that setting of it alone. */
export function problemsOf(problems: readonly Problem[], of: Target, key?: string): string[] {
  return problems
    .filter((problem) => isOf(problem.of, of) && (key === undefined || problem.key === key))
    .map(({ message }) => message);
}

/** Of a thing as a whole: what none of these settings has. */
export function otherProblems(problems: readonly Problem[], of: Target, keys: readonly string[]): string[] {
  return problems
    .filter((problem) => isOf(problem.of, of) && !keys.includes(problem.key ?? ""))
    .map(({ message }) => message);
}

export function isOf(one: Target, other: Target): boolean {
  return one.model === other.model && one.field === other.field && sameRelation(one.relation, other.relation);
}

function sameRelation(one: RelationKey | undefined, other: RelationKey | undefined): boolean {
  return one === undefined || other === undefined ? one === other : isRelation(one, other);
}

export function placeInWords({ of, key }: Problem): string {
  if (of.relation) return `${of.relation.source} → ${of.relation.name}`;
  if (of.field !== undefined) return `${of.model} · ${of.field}`;
  if (of.model !== undefined) return of.model;
  return key ? t("Application · {{key}}", { key }) : t("Application");
}

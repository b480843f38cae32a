// All that can be done to the models of an application, as data: what undo keeps, and what is put on top of others' edits.

import type { Layout } from "@/api/types";
import * as edits from "@/lib/edit-history";
import { t } from "@/lib/i18n";
import type { Draft, Field, Model, Relation } from "./document";

export type Operation =
  | { op: "add_model"; model: Model; at?: number; place?: Layout[string] }
  /** Removes a model with its place and every relation that begins or ends there. */
  | { op: "remove_model"; model: string }
  /** Gives a model another name; relations and its place follow. */
  | { op: "rename_model"; model: string; to: string }
  | { op: "add_field"; model: string; field: Field; at?: number }
  | { op: "remove_field"; model: string; field: string }
  | { op: "rename_field"; model: string; field: string; to: string }
  /** Takes a field to another place of its model. */
  | { op: "move_field"; model: string; field: string; at: number }
  | { op: "relate"; relation: Relation; at?: number }
  | { op: "unrelate"; source: string; name: string }
  | { op: "rename_relation"; source: string; name: string; to: string }
  /** Sets a setting of a field, a model, a relation, or of the application; without a value it is removed. */
  | { op: "set"; of: Target; key: string; value?: unknown }
  /** Gives boxes other places; null forgets one. */
  | { op: "move"; places: Record<string, Layout[string] | null> }
  /** Another document in place of this one, where nothing finer says it. */
  | { op: "replace"; draft: Draft };

export interface Target {
  model?: string;
  field?: string;
  relation?: { source: string; name: string };
}

export type Applied = edits.Applied<Draft, Operation>;

export type RefusalCode =
  | "unknown_model"
  | "unknown_field"
  | "unknown_relation"
  | "name_taken"
  | "bad_name"
  | "bad_key";

/** An operation that cannot be applied; the draft is as it was. */
export class Refusal extends edits.Refusal<RefusalCode> {}

export type Step = edits.Step<Operation>;
export type History = edits.History<Draft, Operation>;

const NAME = /^[a-z][a-z0-9_]{0,47}$/;

export function isName(name: string): boolean {
  return NAME.test(name);
}

export function checkName(name: string): void {
  if (isName(name)) return;
  throw new Refusal(
    "bad_name",
    t(
      "`{{name}}` can't be a name: write small letters, digits and _, beginning with a letter, 48 at most. The pretty name is the label.",
      { name },
    ),
  );
}

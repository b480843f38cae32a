// What the screens of Lathe's own records show beyond the description of their models, by the name of the model. Adding
// something is one line here; what is seldom seen is loaded when it is.
import { type ComponentType, lazy } from "react";

/** For a component of a feature that is loaded when it is first shown: `later(() => import("…").then((m) => m.Name))`. */
export function later<P>(load: () => Promise<ComponentType<P>>) {
  return lazy(async () => ({ default: await load() }));
}

export interface RecordSections {
  /** Under the values on a record's page, such as when a schedule is next. */
  detail?: ComponentType<{ id: string }>;
  /** In the head of a record's page, before what its description lets do with it. */
  actions?: ComponentType<{ id: string }>;
  /** The inside of /new and /:id/edit, for what the generated form can't ask. */
  form?: ComponentType<{ id?: string }>;
  /** In the head of the list, for what begins otherwise than with a form at /new. */
  create?: ComponentType;
  /** What stands in the list as long as there is nothing. */
  empty?: ComponentType;
  /** Above and below the list, such as invitations that nobody has taken yet. */
  above?: ComponentType;
  below?: ComponentType;
}

export const RECORD_SECTIONS: Record<string, RecordSections> = {};

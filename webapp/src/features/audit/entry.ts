// An entry of the log in words: who, and what.
import type { AuditEntry } from "@/api/types";
import { isRecord, textOf } from "@/lib/json";

/** The name of the operation, as people write. */
export function actionOf({ action }: Pick<AuditEntry, "action">): string {
  const words = action.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Of a stranger at most which address they tried. */
export function actorOf({ actor }: { actor: unknown }): string | undefined {
  if (!isRecord(actor)) return undefined;
  return textOf(actor.email) ?? textOf(actor.tried) ?? textOf(actor.via);
}

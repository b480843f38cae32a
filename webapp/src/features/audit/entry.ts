// Who an entry of the log names.
import { isRecord, textOf } from "@/lib/json";

/** Of a stranger at most which address they tried. */
export function actorOf({ actor }: { actor: unknown }): string | undefined {
  if (!isRecord(actor)) return undefined;
  return textOf(actor.email) ?? textOf(actor.tried) ?? textOf(actor.via);
}

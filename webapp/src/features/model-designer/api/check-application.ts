// What saving an application would be refused for.
import { client, settle } from "@/api/client";
import { isRecord } from "@/lib/json";
import { type ApplicationDocument, onlyIdsOf } from "../operations/document";
import { isName } from "../operations/operation";
import { type Fault, faultsOf, nameFault, STAND_IN } from "./check";

/** What the server has; no id for what was never saved. */
interface Known {
  id: string | undefined;
  draft: { document: ApplicationDocument };
}

export async function checkApplication(
  document: ApplicationDocument,
  base: Known,
  signal: AbortSignal,
): Promise<Fault[]> {
  const body = questionOf(document, base);
  const reply = await client.POST("/api/applications/validate", { body: body as never, signal });
  const error = isRecord(reply.error) ? reply.error.error : undefined;
  if (reply.response.status !== 422) await settle(Promise.resolve(reply));
  return faultsIn(document, reply.response.ok ? undefined : error);
}

/** As it would be saved. What can't be a name stays out of it: then it has the one that it has, or one that stands for it. */
export function questionOf(document: ApplicationDocument, { id, draft }: Known) {
  const { name, label, description, models, relationships } =
    id === undefined ? document : onlyIdsOf(document, draft.document);
  const standIn = id === undefined ? STAND_IN : undefined;
  const called = isName(name) ? name : standIn;
  return { id, name: called, label: label ?? "", description: description ?? "", models, relationships };
}

/** Of a name that was not asked about, the server's word counts for nothing. */
export function faultsIn(document: ApplicationDocument, error: unknown): Fault[] {
  const faults = faultsOf(error);
  if (isName(document.name)) return faults;
  return [nameFault(document), ...faults.filter(({ path }) => path !== "/name")];
}

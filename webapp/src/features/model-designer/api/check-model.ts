// What saving a model that stands alone would be refused for: by the plan of an import, which does nothing.

import { ask } from "@/api/client";
import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import { tarOf } from "@/lib/tar";
import { type ApplicationDocument, withoutIds } from "../operations/document";
import { isName } from "../operations/operation";
import { type Fault, faultsOf, nameFault, STAND_IN } from "./check";

/** Where the only model of the document is. */
const STEM = "/models/0";

/** `ownName` is what the server knows it as; nothing for what is new. */
export async function checkModel(
  document: ApplicationDocument,
  ownName: string | undefined,
  signal: AbortSignal,
): Promise<Fault[]> {
  const written = withoutIds(document).models[0];
  if (!written) return [];
  // A file is called like what is in it.
  const name = isName(written.name) ? written.name : STAND_IN;
  const reply = await ask("POST", "/api/import?plan=true", {
    headers: { "Content-Type": "application/gzip" },
    // JSON is YAML as well.
    body: tarOf(`models/${name}.yaml`, JSON.stringify({ ...written, name })),
    signal,
  });
  const plan: unknown = await reply.json();
  const items = isRecord(plan) && Array.isArray(plan.items) ? plan.items.filter(isRecord) : [];
  const faults = items.flatMap((item) => faultsOf(item.error));
  // What would be made is there: under this name it would be another one that is changed.
  const isThere = items.some(({ action }) => action !== "create");
  if (isThere && name !== ownName)
    faults.unshift({
      path: "/name",
      message: t("There is one called `{{name}}` already: choose another name.", { name }),
    });
  if (name !== written.name) faults.unshift(nameFault(written));
  return faults.map(({ path, message }) => ({ path: STEM + path, message }));
}

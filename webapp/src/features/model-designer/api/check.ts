// Asks the server what is wrong with a draft, by the plan of an import: it does nothing, and says what saving would refuse.

import { ask } from "@/api/client";
import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import { tarOf } from "@/lib/tar";
import { type ApplicationDocument, withoutIds } from "../operations/document";
import { isName } from "../operations/operation";
import type { Home } from "./opened";

export interface Fault {
  /** A JSON pointer into the document. */
  path: string;
  message: string;
}

/** A file is called like what is in it, so that what can't be a name is checked under this one. */
const STAND_IN = "unnamed";

interface Asked {
  home: Home;
  /** What the server knows it as; nothing for what is new. */
  ownName: string | undefined;
  signal: AbortSignal;
}

export async function check(
  document: ApplicationDocument,
  { home, ownName, signal }: Asked,
): Promise<Fault[]> {
  const bare = withoutIds(document);
  const written = home === "application" ? bare : bare.models[0];
  if (!written) return [];
  const name = isName(written.name) ? written.name : STAND_IN;
  const folder = home === "application" ? "applications" : "models";
  const reply = await ask("POST", "/api/import?plan=true", {
    headers: { "Content-Type": "application/gzip" },
    // JSON is YAML as well.
    body: tarOf(`${folder}/${name}.yaml`, JSON.stringify({ ...written, name })),
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
  if (name !== written.name) faults.unshift({ path: "/name", message: nameFault(written.name) });
  const stem = home === "application" ? "" : "/models/0";
  return faults.map(({ path, message }) => ({ path: stem + path, message }));
}

export function faultsOf(error: unknown): Fault[] {
  if (!isRecord(error)) return [];
  const details = Array.isArray(error.details) ? error.details.filter(isRecord) : [];
  if (details.length === 0) return [{ path: "", message: String(error.message ?? "") }];
  return details.map(({ path, message }) => ({
    path: typeof path === "string" ? path : "",
    message: typeof message === "string" ? message : "",
  }));
}

function nameFault(name: string): string {
  return name === ""
    ? t("It has no name: give it one, such as `bookshop`.")
    : t(
        "The name begins with a small letter and goes on with small letters, digits and _, 48 at most; the pretty name is the label.",
      );
}

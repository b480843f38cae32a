// Asks the server what is wrong with a draft, as saving it would say; it keeps nothing.

import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import { said } from "@/lib/server-sentences";
import type { ApplicationDocument } from "../operations/document";

export interface Fault {
  /** A JSON pointer into the document. */
  path: string;
  message: string;
  /** Of a message that stays English. */
  lang?: "en";
}

/** What can't be a name is told here; the rest is checked under this one. */
export const STAND_IN = "unnamed";

/** The faults in an error of the server. */
export function faultsOf(error: unknown): Fault[] {
  if (!isRecord(error)) return [];
  const details = Array.isArray(error.details) ? error.details.filter(isRecord) : [];
  if (details.length === 0) return [{ path: "", ...said(String(error.message ?? "")) }];
  return details.map(({ path, message }) => ({
    path: typeof path === "string" ? path : "",
    ...(typeof message === "string" ? said(message) : { message: "" }),
  }));
}

export function nameFault({ name }: Pick<ApplicationDocument, "name">): Fault {
  const message =
    name === ""
      ? t("It has no name: give it one, such as `bookshop`.")
      : t(
          "The name begins with a small letter and goes on with small letters, digits and _, 48 at most; the pretty name is the label.",
        );
  return { path: "/name", message };
}

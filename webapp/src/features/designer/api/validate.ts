// Asks the server what is wrong with a document; it keeps nothing.

import { client, settle } from "@/api/client";
import { ApiFailure } from "@/api/failure";
import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import { said } from "@/lib/server-sentences";
import type { FlowDocument } from "../operations/document";
import { edgeAtPointer, fieldAtPointer, nodeAtPointer, type Problem } from "../problems";

export async function validateDocument(document: FlowDocument, signal: AbortSignal): Promise<Problem[]> {
  const reply = await client.POST("/api/workflows/validate", { body: { document }, signal });
  if (reply.response.ok) return [];
  const error = isRecord(reply.error) ? reply.error.error : undefined;
  if (reply.response.status !== 422 || !isRecord(error) || !Array.isArray(error.details)) {
    await settle(Promise.resolve(reply));
    throw new ApiFailure(reply.response.status, "unknown", t("The document could not be checked."));
  }
  return error.details.filter(isRecord).map((detail) => {
    const path = typeof detail.path === "string" ? detail.path : "";
    const node = typeof detail.node === "string" ? detail.node : nodeAtPointer(document, path);
    const edge = edgeAtPointer(document, path);
    const field = fieldOf(detail.field, detail.message);
    return {
      path,
      ...(typeof detail.message === "string" ? said(detail.message) : { message: "" }),
      node,
      field: node === undefined ? (field ?? fieldAtPointer(path)) : field,
      ...(edge && { edge }),
    };
  });
}

/** What is missing is told of what it is missing in; the form shows it where it belongs. */
function fieldOf(field: unknown, message: unknown): string | undefined {
  if (typeof field !== "string") return undefined;
  const missing =
    typeof message === "string" ? /^the field `(\w+)` is missing$/.exec(message)?.[1] : undefined;
  return missing === undefined ? field : `${field}.${missing}`;
}

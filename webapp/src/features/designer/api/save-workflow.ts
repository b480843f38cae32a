// Keeps a draft as a new workflow, or as the next version of one; the server refuses what somebody else has changed since.
import { client, unwrap } from "@/api/client";
import type { Draft } from "../operations/document";
import type { Opened } from "./open-workflow";

export async function createFromDraft({ document, layout }: Draft, key: string): Promise<Opened> {
  const workflow = await unwrap(
    client.POST("/api/workflows", {
      params: { header: { "Idempotency-Key": key } },
      body: { document, layout },
    }),
  );
  return { workflow, etag: undefined };
}

export async function saveDraft(
  id: string,
  { document, layout }: Draft,
  etag: string | undefined,
): Promise<Opened> {
  const reply = client.PUT("/api/workflows/{id}", {
    params: { path: { id }, header: { "If-Match": etag } },
    body: { document, layout },
  });
  const workflow = await unwrap(reply);
  return { workflow, etag: (await reply).response.headers.get("ETag") ?? undefined };
}

// Keeps a prompt: as a new one, or what of it was changed. A changed text is the next version; the server refuses what somebody else
// has changed since.
import { client, unwrap } from "@/api/client";
import type { Prompt } from "@/api/types";
import { changesOf, type Draft, writtenVariables } from "../draft";
import { type Opened, opened } from "./open-prompt";

export function createPrompt(draft: Draft, key: string): Promise<Prompt> {
  const { name, description, content, note } = draft;
  const variables = writtenVariables(draft.variables);
  return unwrap(
    client.POST("/api/prompts", {
      params: { header: { "Idempotency-Key": key } },
      body: { name, description, content, variables, ...(note.trim() !== "" && { note }) },
    }),
  );
}

export function savePrompt(id: string, base: Draft, draft: Draft, etag: string | undefined): Promise<Opened> {
  return opened(
    client.PUT("/api/prompts/{id}", {
      params: { path: { id }, header: { "If-Match": etag } },
      body: changesOf(base, draft),
    }),
  );
}

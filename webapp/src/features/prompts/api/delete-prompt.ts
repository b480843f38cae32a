// Puts a prompt into the trash, from where it can be brought back.
import { client, settle } from "@/api/client";

export function deletePrompt(id: string, etag: string | undefined): Promise<void> {
  return settle(
    client.DELETE("/api/prompts/{id}", { params: { path: { id }, header: { "If-Match": etag } } }),
  );
}

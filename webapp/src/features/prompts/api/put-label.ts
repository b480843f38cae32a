// Points a label at a version of a prompt, or at another one than before.
import { client } from "@/api/client";
import { type Opened, opened } from "./open-prompt";

export function putLabel(
  id: string,
  label: string,
  version: number,
  etag: string | undefined,
): Promise<Opened> {
  return opened(
    client.PUT("/api/prompts/{id}/labels/{label}", {
      params: { path: { id, label }, header: { "If-Match": etag } },
      body: { version },
    }),
  );
}

// Takes a label of a prompt away; the version that it pointed at stays.
import { client } from "@/api/client";
import { type Opened, opened } from "./open-prompt";

export function deleteLabel(id: string, label: string, etag: string | undefined): Promise<Opened> {
  return opened(
    client.DELETE("/api/prompts/{id}/labels/{label}", {
      params: { path: { id, label }, header: { "If-Match": etag } },
    }),
  );
}

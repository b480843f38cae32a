// The bytes of a file, as a preview shows them or as they are saved.
import { client, unwrapBytes } from "@/api/client";

export function getContent(id: string, signal?: AbortSignal): Promise<Blob> {
  return unwrapBytes(
    client.GET("/api/files/{id}/content", { params: { path: { id } }, parseAs: "blob", signal }),
  );
}

// The bytes of a file, as a preview shows them or as they are saved.
import { client, unwrap } from "@/api/client";

export async function getContent(id: string, signal?: AbortSignal): Promise<Blob> {
  const content: unknown = await unwrap(
    client.GET("/api/files/{id}/content", { params: { path: { id } }, parseAs: "blob", signal }),
  );
  if (!(content instanceof Blob)) throw new Error("The server sent no bytes.");
  return content;
}

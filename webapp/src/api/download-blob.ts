// Downloads the bytes behind a reference: a plain link would send no token with its request.
import type { BlobReference } from "@/lib/blob";
import { saveFile } from "@/lib/save-file";
import { client, unwrapBytes } from "./client";

export async function downloadBlob({ execution, sha256 }: BlobReference): Promise<void> {
  const content = await unwrapBytes(
    client.GET("/api/executions/{id}/blobs/{sha256}", {
      params: { path: { id: execution, sha256 } },
      parseAs: "blob",
    }),
  );
  // What a workflow fetched may be a page with scripts: under this type nobody shows it as one of ours.
  saveFile([content], sha256.slice(0, 12), "application/octet-stream");
}

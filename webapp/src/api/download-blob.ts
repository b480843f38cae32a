// Downloads the bytes behind a reference: a plain link would send no token with its request.
import type { BlobReference } from "@/lib/blob";
import { client, unwrap } from "./client";

/** The browser has begun to save it long before this. */
const KEPT_FOR_MS = 60_000;

export async function downloadBlob({ execution, sha256 }: BlobReference): Promise<void> {
  const content: unknown = await unwrap(
    client.GET("/api/executions/{id}/blobs/{sha256}", {
      params: { path: { id: execution, sha256 } },
      parseAs: "arrayBuffer",
    }),
  );
  if (!(content instanceof ArrayBuffer)) return;
  // What a workflow fetched may be a page with scripts: under this type nobody shows it as one of ours.
  const address = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = sha256.slice(0, 12);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_FOR_MS);
}

// Saves a file: a plain link would send no token with its request.
import { getContent } from "./api/get-content";

/** The browser has begun to save it long before this. */
const KEPT_FOR_MS = 60_000;

export async function downloadFile({ id, name }: { id: string; name: string }): Promise<void> {
  const content = await getContent(id);
  // What somebody uploaded may be a page with scripts: under this type nobody shows it as one of ours.
  const address = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_FOR_MS);
}

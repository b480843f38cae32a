// Hands a file that was made here to the browser, to be kept where its reader keeps files.

/** The browser has begun to save it long before this. */
const KEPT_FOR_MS = 60_000;

export function saveFile(parts: BlobPart[], name: string, type: string): void {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_FOR_MS);
}

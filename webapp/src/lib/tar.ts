// One file as a tar archive: what the server's import takes, and all of the format that is needed for it.

const BLOCK = 512;

export function tarOf(path: string, text: string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const content = encoder.encode(text);
  // The file in whole blocks, then two empty ones that end the archive.
  const archive = new Uint8Array(BLOCK + Math.ceil(content.length / BLOCK) * BLOCK + 2 * BLOCK);
  const write = (at: number, value: string) => archive.set(encoder.encode(value), at);
  write(0, path);
  write(100, "0000644\0");
  write(108, "0000000\0");
  write(116, "0000000\0");
  write(124, `${content.length.toString(8).padStart(11, "0")}\0`);
  write(136, "00000000000\0");
  write(148, " ".repeat(8));
  write(156, "0");
  write(257, "ustar\u000000");
  const sum = archive.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0);
  write(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  archive.set(content, BLOCK);
  return archive;
}

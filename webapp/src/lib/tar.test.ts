// The archive is what `tar` itself would make of the file, but for who owns it and when it was made.
import { expect, it } from "vitest";
import { tarOf } from "./tar";

it("holds one file with a checksum that adds up", () => {
  const archive = tarOf("models/é.yaml", "name: a\n");
  expect(archive.length).toBe(4 * 512);
  const text = (from: number, to: number) => new TextDecoder().decode(archive.subarray(from, to));
  expect(text(0, 14)).toBe("models/é.yaml");
  expect(Number.parseInt(text(124, 135), 8)).toBe(8);
  expect(text(512, 520)).toBe("name: a\n");
  const header = archive.slice(0, 512).fill(32, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  expect(Number.parseInt(text(148, 154), 8)).toBe(sum);
});

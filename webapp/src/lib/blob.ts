// Large values and long bodies are shown by reference: `{"$blob": {…}}` says whose bytes they are, and how many.
import { locale, t } from "@/lib/i18n";
import { isRecord } from "./json";

export interface BlobReference {
  execution: string;
  sha256: string;
  size: number;
  type: string;
}

export function blobOf(value: unknown): BlobReference | undefined {
  if (!isRecord(value) || Object.keys(value).length !== 1 || !isRecord(value.$blob)) return undefined;
  const { execution, sha256, size, type } = value.$blob;
  const whole =
    typeof execution === "string" &&
    typeof sha256 === "string" &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    typeof size === "number" &&
    typeof type === "string";
  return whole ? { execution, sha256, size, type } : undefined;
}

const UNITS = ["KB", "MB", "GB", "TB"];

export function formatBytes(bytes: number): string {
  let [amount, unit] = [bytes, "bytes"];
  for (const larger of UNITS) {
    if (amount < 999.5) break;
    [amount, unit] = [amount / 1_000, larger];
  }
  const digits = unit === "bytes" || amount >= 9.95 ? 0 : 1;
  const size = amount.toLocaleString(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return unit === "bytes" ? t("{{size}} bytes", { size }) : `${size} ${unit}`;
}

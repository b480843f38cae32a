// What lists and the page of a secret show of it: its kind in words, and that what it holds is there.
import { t } from "@/lib/i18n";
import type { RowProps } from "@/records";
import { kindTitle } from "./kinds";

export function SecretKindCell({ record }: RowProps) {
  const kind = String(record.kind);
  return <>{kindTitle({ name: kind, title: kind })}</>;
}

/** A dash would say that there is nothing. */
export function SecretValueCell() {
  return <span className="text-muted">{t("kept, and shown to nobody")}</span>;
}

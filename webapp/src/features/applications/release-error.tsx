// Why a release failed, as its list and its page show it.
import { ServerText } from "@/components/server-text";
import { textOf } from "@/lib/json";
import type { RowProps } from "@/records";

export function ReleaseErrorCell({ record }: RowProps) {
  const error = textOf(record.error);
  if (error === undefined) return <span className="text-muted">–</span>;
  return <ServerText text={error} className="whitespace-pre-wrap break-words [td_&]:whitespace-nowrap" />;
}

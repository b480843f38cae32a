// When a schedule is next, in lists and on its page, as it is told everywhere else.
import { Ago } from "@/components/moment";
import { textOf } from "@/lib/json";
import type { RowProps } from "@/records";

export function NextCell({ record }: RowProps) {
  const at = textOf(record.next_at);
  return at === undefined ? <span className="text-muted">–</span> : <Ago at={at} />;
}

// How the list of models calls one.
import { Named } from "@/components/named";
import { textOf } from "@/lib/json";
import type { RowProps } from "@/records";

export function ModelNameCell({ record }: RowProps) {
  return <Named name={String(record.name)} label={textOf(record.label)} />;
}

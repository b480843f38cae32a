// How and where a release runs, as lists and its page show it.
import { httpAddress } from "@/lib/http-address";
import { textOf } from "@/lib/json";
import type { RowProps } from "@/records";
import { targetName } from "./target-name";

export function ReleaseTargetCell({ record }: RowProps) {
  return <>{targetName(String(record.target))}</>;
}

/** Only while it is live does it listen there; later, something else may. The way to it is the button that opens it. */
export function ReleaseUrlCell({ record }: RowProps) {
  const url = record.status === "live" ? httpAddress(textOf(record.url)) : undefined;
  return url === undefined ? <span className="text-muted">–</span> : <span className="break-all">{url}</span>;
}

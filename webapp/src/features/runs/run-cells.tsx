// How the list of runs shows what its records say: status and duration as everywhere else, and times that tick.
import { Ago, Elapsed } from "@/components/moment";
import { StatusBadge } from "@/components/status-badge";
import { textOf } from "@/lib/json";
import { EXECUTION_STATUSES, hasEnded } from "@/lib/status";
import type { RowProps } from "@/records";

export function RunStatusCell({ record }: RowProps) {
  const status = EXECUTION_STATUSES.find((each) => each === record.status);
  return status ? <StatusBadge status={status} /> : null;
}

export function RunWorkflowCell({ record }: RowProps) {
  return (
    <>
      {textOf(record.workflow_name)}{" "}
      <span className="text-xs font-normal text-muted">v{String(record.workflow_version)}</span>
    </>
  );
}

export function RunErrorCell({ record }: RowProps) {
  return <span className="text-bad">{textOf(record.error_message)}</span>;
}

export function RunDuration({ record }: RowProps) {
  const status = EXECUTION_STATUSES.find((each) => each === record.status);
  const span = { started_at: textOf(record.started_at), finished_at: textOf(record.finished_at) };
  return <Elapsed span={span} running={status !== undefined && !hasEnded(status)} />;
}

export function CreatedCell({ record }: RowProps) {
  const at = textOf(record.created_at);
  return at === undefined ? null : <Ago at={at} />;
}

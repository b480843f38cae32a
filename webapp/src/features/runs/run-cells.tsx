// How the list of runs shows what its records say: status and duration as everywhere else, and times that tick.
import { useMay } from "@/api/profile";
import { Ago, Elapsed } from "@/components/moment";
import { ServerText } from "@/components/server-text";
import { StatusBadge } from "@/components/status-badge";
import { textOf } from "@/lib/json";
import { EXECUTION_STATUSES, hasEnded } from "@/lib/status";
import { RelatedTitle, type RowProps } from "@/records";
import { beginningWords } from "./beginning";

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

/** What began it, and who, where that may be known. */
export function RunBeginningCell({ record }: RowProps) {
  const person = textOf(record.person_id);
  const seesPeople = useMay("members:read");
  return (
    <>
      {beginningWords(textOf(record.begun_by) ?? "")}
      {person !== undefined && seesPeople && (
        <span className="text-muted">
          {" · "}
          <RelatedTitle target="members" id={person} />
        </span>
      )}
    </>
  );
}

export function RunErrorCell({ record }: RowProps) {
  const message = textOf(record.error_message);
  return message === undefined ? null : <ServerText text={message} className="text-bad" />;
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

// An entry in the history of a record: what was done, and the way to the run that has begun by it.
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { t } from "@/lib/i18n";
import type { RecordData } from "@/records";
import { ActionName } from "./action-name";
import { begunRun } from "./begun-run";

export function ToldAction({ entry }: { entry: RecordData }) {
  return <ActionName of={String(entry.action)} />;
}

export function ToldOutcome({ entry }: { entry: RecordData }) {
  const seesRuns = useMay("executions:read");
  const run = begunRun(entry);
  if (!seesRuns || run === undefined) return null;
  return (
    <>
      {" · "}
      <Link to={`/runs/${encodeURIComponent(run)}`} className="text-accent underline">
        {t("Run")}
      </Link>
    </>
  );
}

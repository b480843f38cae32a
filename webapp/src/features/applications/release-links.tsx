// What can be done from a release: open the application while this release is live, see the run that deployed it, and go back
// to it once it is not live any more.
import { ExternalLink, History, Undo2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import type { Execution } from "@/api/types";
import { Button, buttonClass } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm/confirm-dialog";
import { addressOf } from "@/lib/deployment";
import { httpAddress } from "@/lib/http-address";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { useLeading } from "@/lib/use-leading";
import type { RowProps } from "@/records";
import { useRollBack } from "./api/roll-back";
import { applicationOf } from "./release-name";

interface ReleaseLinksProps extends RowProps {
  tabIndex?: number;
  onStarted: (execution: Execution) => void | Promise<void>;
}

export function ReleaseLinks({ record, tabIndex, onStarted }: ReleaseLinksProps) {
  const seesRuns = useMay("executions:read");
  const name = String(record.name);
  const url = record.status === "live" ? httpAddress(textOf(record.url)) : undefined;
  const address = url && addressOf({ application: applicationOf(name), url });
  const run = textOf(record.execution_id);
  return (
    <>
      {address && (
        <a href={address} target="_blank" rel="noreferrer" tabIndex={tabIndex} className={buttonClass()}>
          <ExternalLink aria-hidden />
          {t("Open")}
          <span className="sr-only"> {name}</span>
        </a>
      )}
      <RollBack record={record} tabIndex={tabIndex} onStarted={onStarted} />
      {seesRuns && run && (
        <Link to={`/runs/${run}`} tabIndex={tabIndex} className={buttonClass("quiet")}>
          <History aria-hidden />
          {t("Run")}
          <span className="sr-only"> {name}</span>
        </Link>
      )}
    </>
  );
}

/** The server says what can be gone back to: what was live, is not, and is kept. */
function RollBack({ record, tabIndex, onStarted }: ReleaseLinksProps) {
  const mayDeploy = useMay("applications:deploy");
  const back = useRollBack();
  const [isLeading, lead] = useLeading(onStarted);
  const busy = back.isPending || isLeading;
  const [asks, setAsks] = useState(false);
  const name = String(record.name);
  const ended = textOf(record.ended_at);
  if (!mayDeploy || record.can_roll_back !== true || !ended) return null;
  return (
    <>
      <Button tabIndex={tabIndex} disabled={busy} onClick={() => setAsks(true)}>
        <Undo2 aria-hidden />
        {busy ? t("Starting…") : t("Roll back")}
        <span className="sr-only"> {name}</span>
      </Button>
      {asks && (
        <ConfirmDialog
          title={t("Go back to {{name}}?", { name })}
          confirm={busy ? t("Starting…") : t("Roll back")}
          busy={busy}
          failure={back.error}
          failureTitle={t("It was not rolled back")}
          onConfirm={() =>
            back.mutate(
              { id: record.id, ended_at: ended },
              {
                onSuccess: (execution) => {
                  setAsks(false);
                  lead(execution);
                },
              },
            )
          }
          onClose={() => {
            back.reset();
            setAsks(false);
          }}
        >
          <p>
            {t(
              "Its program and environment come up again as the next release, with the data as it is now: the data does not go back. A program that differs from what is live works on a copy, for which what is live stops; it starts again if the earlier one does not become healthy. With the same program, or a database of its own (DATABASE_URL), nothing is copied.",
            )}
          </p>
          <p>
            {t(
              "The models do not go back: the next “Ship” ships them as they are. Where a field or a model was removed since, the earlier program does not start any more, and what is live stays: ship the models instead.",
            )}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

// What the list of applications shows and does beside what its records say: what is live, opening, shipping and stopping it.
import { useQuery } from "@tanstack/react-query";
import { ExternalLink, Square } from "lucide-react";
import { useState } from "react";
import { getHealthInPassing } from "@/api/application-health";
import { useMay } from "@/api/profile";
import type { Execution } from "@/api/types";
import { Button, buttonClass } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm/confirm-dialog";
import { STANDING_LOOKS } from "@/components/health-looks";
import { Ago } from "@/components/moment";
import { Named } from "@/components/named";
import { standingOf, verdictOf } from "@/lib/application-standing";
import { cn } from "@/lib/cn";
import { addressOf } from "@/lib/deployment";
import { httpAddress } from "@/lib/http-address";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import type { RowProps } from "@/records";
import { useStopApplication } from "./api/stop-application";
import { useLive } from "./api/use-live";
import { ShipButton } from "./ship-button";

export function ApplicationNameCell({ record }: RowProps) {
  return <Named name={String(record.name)} label={textOf(record.label)} />;
}

/**
 * Whether it is live and well, since when, and which release: in one line. Rows in sight and a few around them are drawn, so
 * only these are asked, once they stay, and a few at a time; whoever scrolls past takes the question back. What can't be
 * asked stands as it is recorded.
 */
export function LiveFact({ record }: RowProps) {
  const { live, isPending } = useLive(record.id);
  const health = useQuery({ ...getHealthInPassing(record.id), enabled: live?.status === "running" });
  if (isPending) return null;
  if (live === undefined) return <span className="text-muted">{t("Not readable now")}</span>;
  if (live === null) return <span className="text-muted">{t("Not live yet")}</span>;
  const { icon: Icon, label, tone } = STANDING_LOOKS[standingOf(live, verdictOf(health))];
  return (
    <span className="inline-flex max-w-full items-center gap-1.5">
      <Icon aria-hidden className={cn("size-4 shrink-0", tone)} />
      <span className={cn("font-medium", tone)}>{label()}</span>
      <span className="truncate text-xs text-muted">
        {live.release && `${t("release {{release}}", { release: live.release })} · `}
        {live.since && <Ago at={live.since} />}
      </span>
    </span>
  );
}

interface ApplicationActionsProps {
  id: string;
  name: string;
  label: string | undefined;
  updatedAt: string;
  tabIndex?: number;
  /** On a phone the icons have to do. */
  isBrief?: boolean;
  onStarted: (execution: Execution) => void | Promise<void>;
}

export function ApplicationActions(props: ApplicationActionsProps) {
  const { id, name, label, updatedAt, tabIndex, isBrief = false, onStarted } = props;
  const { live } = useLive(id);
  const mayDeploy = useMay("applications:deploy");
  const stop = useStopApplication(id);
  const title = label ?? name;
  const worded = cn(isBrief && "max-sm:sr-only");
  const url = httpAddress(live?.url);
  const address = url && addressOf({ application: name, url });
  const [asksToStop, setAsksToStop] = useState(false);
  return (
    <>
      {address && live?.status === "running" && (
        <a href={address} target="_blank" rel="noreferrer" tabIndex={tabIndex} className={buttonClass()}>
          <ExternalLink aria-hidden />
          <span className={worded}>{t("Open")}</span>
          <span className="sr-only"> {title}</span>
        </a>
      )}
      {mayDeploy && live && live.status !== "stopped" && (
        <Button tabIndex={tabIndex} disabled={stop.isPending} onClick={() => setAsksToStop(true)}>
          <Square aria-hidden />
          <span className={worded}>{stop.isPending ? t("Stopping…") : t("Stop")}</span>
          <span className="sr-only"> {title}</span>
        </Button>
      )}
      {mayDeploy && (
        <ShipButton
          id={id}
          title={title}
          updatedAt={updatedAt}
          tabIndex={tabIndex}
          isBrief={isBrief}
          onStarted={onStarted}
        />
      )}
      {asksToStop && (
        <ConfirmDialog
          title={t("Stop {{name}}?", { name: title })}
          confirm={stop.isPending ? t("Stopping…") : t("Stop")}
          busy={stop.isPending}
          failure={stop.error}
          failureTitle={t("It was not stopped")}
          onConfirm={() => stop.mutate(undefined, { onSuccess: () => setAsksToStop(false) })}
          onClose={() => {
            stop.reset();
            setAsksToStop(false);
          }}
        >
          <p>{t("Nobody can use it then. Its data stays, and shipping it brings it back.")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

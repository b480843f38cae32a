// What another system was told or is yet to be told: whether it arrived, what was answered, and once more.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMay } from "@/api/profile";
import type { OutgoingDelivery } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { Paged } from "@/components/paged";
import { ROW, Section } from "@/components/section";
import { ServerText } from "@/components/server-text";
import { TONE_SOFT } from "@/components/status-badge";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { listOutgoingDeliveries } from "./api/list-deliveries";
import { useRedeliver } from "./api/redeliver";
import { eventName } from "./events";

export function OutgoingDeliveries({ id, enabled }: { id: string; enabled: boolean }) {
  const query = useInfiniteQuery(listOutgoingDeliveries(id));
  const redeliver = useRedeliver(id);
  const maySend = useMay("outgoing_webhooks:write") && enabled;
  return (
    <Section
      title={t("Deliveries")}
      description={t("Remembered for seven days, without headers and answers.")}
    >
      {redeliver.isError && <FailureNotice failure={redeliver.error} title={t("It is not sent once more")} />}
      <Paged
        query={query}
        label={t("Deliveries")}
        reading={t("Reading the deliveries")}
        failed={t("The deliveries could not be read")}
        empty={
          <p className="text-sm text-muted">{t("It was told of nothing yet. “Try it” sends something.")}</p>
        }
      >
        {(delivery) => (
          <li key={delivery.id} className={ROW}>
            <State delivery={delivery} />
            <span className="min-w-0 flex-1 basis-48">
              <span className="block">{eventName(delivery.event)}</span>
              <Tries delivery={delivery} />
            </span>
            <span className="text-muted">
              <Ago at={delivery.happened_at} />
            </span>
            {maySend && delivery.status !== "pending" && (
              <Button
                disabled={redeliver.isPending && redeliver.variables === delivery.id}
                onClick={() => redeliver.mutate(delivery.id)}
              >
                {t("Send it once more")}
              </Button>
            )}
          </li>
        )}
      </Paged>
    </Section>
  );
}

function State({ delivery: { status, response_status } }: { delivery: OutgoingDelivery }) {
  const look = {
    pending: { label: t("On its way"), tone: "active" },
    delivered: { label: t("Arrived"), tone: "ok" },
    failed: { label: t("Given up"), tone: "bad" },
  } as const;
  const { label, tone } = look[status];
  return (
    <span
      data-status={status}
      className={cn(
        "inline-flex h-6 items-center gap-1.5 rounded-full px-2 text-xs font-medium",
        TONE_SOFT[tone],
      )}
    >
      {label}
      {response_status != null && <code className="font-mono">{response_status}</code>}
    </span>
  );
}

function Tries({ delivery: { attempts, error, next_attempt_at, status } }: { delivery: OutgoingDelivery }) {
  return (
    <span className="block break-words text-xs text-muted">
      {t("{{count}} tries", { count: attempts })}
      {error && (
        <>
          {" · "}
          <ServerText text={error} />
        </>
      )}
      {status === "pending" && next_attempt_at && (
        <>
          {" · "}
          {t("next")} <Ago at={next_attempt_at} />
        </>
      )}
    </span>
  );
}

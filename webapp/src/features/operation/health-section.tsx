// How the live release of an application is: when that was asked, since when it runs, and why it does not.

import { useQuery } from "@tanstack/react-query";
import { getHealth } from "@/api/application-health";
import type { ApplicationHealth } from "@/api/types";
import { FailureNotice } from "@/components/failure-notice";
import { HEALTH_LOOKS } from "@/components/health-looks";
import { Ago } from "@/components/moment";
import { Section } from "@/components/section";
import { ServerText } from "@/components/server-text";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { linesOf } from "./log-lines";
import { Line } from "./log-section";

export function HealthSection({ id }: { id: string }) {
  const query = useQuery(getHealth(id));
  const health = query.data;
  return (
    <Section title={t("Health")}>
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("Its health could not be asked")}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <SkeletonRows rows={1} label={t("Asking how it is")} />}
      {health && <Report health={health} />}
    </Section>
  );
}

function Report({ health }: { health: ApplicationHealth }) {
  if (health.status === "not_deployed")
    return <p className="text-sm text-muted">{t("Nothing of it is live that could be asked.")}</p>;
  const { icon: Icon, label, tone } = HEALTH_LOOKS[health.status];
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className={`flex items-center gap-1.5 font-medium ${tone}`}>
          <Icon aria-hidden className="size-4" />
          {label()}
        </span>
        <span className="text-muted">
          {t("Last checked")} <Ago at={health.checked_at} />
        </span>
        {health.running_since && (
          <span className="text-muted">
            {t("Running since")} <Ago at={health.running_since} />
          </span>
        )}
      </p>
      {health.reason && (
        <p className="text-sm [overflow-wrap:anywhere]">
          <ServerText text={health.reason} className="inline-block first-letter:uppercase" />
        </p>
      )}
      {health.last_lines.length > 0 && <LastLines health={health} />}
    </>
  );
}

function LastLines({ health }: { health: ApplicationHealth }) {
  const { release, last_lines: items } = health;
  const lines = linesOf([{ release, items, next_cursor: null, missing: null }]);
  return (
    <section aria-label={t("What it wrote last")} className="space-y-1">
      <h3 className="text-sm text-muted">{t("What it wrote last")}</h3>
      <div className="rounded-md border border-line bg-sunken py-1.5 font-mono text-xs">
        {lines.map((line) => (
          <Line key={line.key} line={line} />
        ))}
      </div>
    </section>
  );
}

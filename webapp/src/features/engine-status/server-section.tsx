// For who operates the server: what it is, what it stands on, and where to look for more.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { getStatus } from "@/api/status";
import { FailureNotice } from "@/components/failure-notice";
import { Ago, Elapsed } from "@/components/moment";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { StatusIcon } from "@/components/status-badge";
import { formatBytes } from "@/lib/blob";
import { Trans, t } from "@/lib/i18n";

export function ServerSection() {
  const query = useQuery(getStatus);
  const status = query.data;
  return (
    <>
      <Section title={t("Server")}>
        {query.isPending && <SkeletonRows rows={5} label={t("Asking the server")} />}
        {query.isError && (
          <FailureNotice
            failure={query.error}
            title={t("The server does not say how it is")}
            onRetry={() => query.refetch()}
          />
        )}
        {status && (
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
            <Fact name={t("Version")}>{status.version}</Fact>
            <Fact name={t("Database and queue")}>
              {status.backend === "sqlite+memory"
                ? t("SQLite in the data folder, queue in memory")
                : t("Postgres and Redis")}
            </Fact>
            <Fact name={t("Largest upload")}>{formatBytes(status.max_upload)}</Fact>
            <Fact name={t("Running for")}>
              <Elapsed span={{ duration_ms: status.uptime_s * 1_000 }} running={false} />
            </Fact>
            <Fact name={t("Queue")}>
              {status.has_queue
                ? t("{{count}} waiting", { count: status.queue_depth ?? status.waiting })
                : t("It does not answer: runs are found in the database, more slowly.")}
            </Fact>
            {status.certificate && (
              <Fact name={t("Certificate")}>
                {status.certificate.failing
                  ? t("The last attempt to get one failed; the server's log says why.")
                  : t("Got and renewed by the server itself")}
                {status.certificate.expires_at && (
                  <>
                    {" · "}
                    <Trans
                      i18nKey="expires <1/>"
                      components={{ 1: <Ago at={status.certificate.expires_at} /> }}
                    />
                  </>
                )}
              </Fact>
            )}
          </dl>
        )}
      </Section>
      {status && (
        <Section
          title={t("Runners")}
          description={t("They carry out what workflows say. Without one, nothing runs.")}
        >
          {status.runners?.length === 0 && (
            <p className="text-sm text-bad">
              {t(
                "There is none. Start one with lathe runner, or the server with lathe serve, which has one.",
              )}
            </p>
          )}
          {status.runners && status.runners.length > 0 && (
            <ul aria-label={t("Runners")} className={ROWS}>
              {status.runners.map(({ id, name, started_at, last_seen }) => (
                <li key={id} className={ROW}>
                  <StatusIcon status="succeeded" />
                  <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
                  <span className="text-xs text-muted">
                    <Trans
                      i18nKey="started <1/>, seen <2/>"
                      components={{ 1: <Ago at={started_at} />, 2: <Ago at={last_seen} /> }}
                    />
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Section>
      )}
      <Section title={t("For programs and operators")}>
        <dl className="space-y-2 text-sm">
          <Door path="/api/docs" isPage>
            {t("All of the API, to be read and tried.")}
          </Door>
          <Door path="/metrics">
            {t(
              "Numbers for Prometheus. It takes an account that operates the server, or a port of its own (metrics_listen in the configuration).",
            )}
          </Door>
          <Door path="/healthz">{t("Whether the process lives; for load balancers.")}</Door>
          <Door path="/readyz">{t("Whether it can serve: database and queue answer.")}</Door>
        </dl>
      </Section>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Door({ path, isPage = false, children }: { path: string; isPage?: boolean; children: ReactNode }) {
  return (
    <div>
      <dt className="font-mono text-xs">
        {isPage ? (
          <a href="/api/docs" className="text-accent underline underline-offset-2">
            {path}
          </a>
        ) : (
          path
        )}
      </dt>
      <dd className="text-muted">{children}</dd>
    </div>
  );
}

// Where you are logged in, and a button that ends it there.
import { useQuery } from "@tanstack/react-query";
import { Monitor } from "lucide-react";
import type { SessionInfo } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { agentName } from "@/lib/agent";
import { Trans, t } from "@/lib/i18n";
import { useEndSession } from "./api/end-session";
import { listSessions } from "./api/list-sessions";

export function SessionSection() {
  const query = useQuery(listSessions);
  const end = useEndSession();
  return (
    <Section title={t("Sessions")} description={t("The browsers and programs that are logged in as you.")}>
      {query.isPending && <SkeletonRows rows={2} label={t("Reading the sessions")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The sessions could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && (
        <ul aria-label={t("Sessions")} className={ROWS}>
          {query.data.items.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              ending={end.isPending && end.variables === session.id}
              onEnd={() => end.mutate(session.id)}
            />
          ))}
        </ul>
      )}
      {end.isError && <FailureNotice failure={end.error} title={t("The session was not ended")} />}
    </Section>
  );
}

interface SessionRowProps {
  session: SessionInfo;
  ending: boolean;
  onEnd: () => void;
}

function SessionRow({ session, ending, onEnd }: SessionRowProps) {
  return (
    <li className={ROW}>
      <Monitor aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate" title={session.agent}>
          {agentName(session.agent)}
          {session.current && <span className="text-ok"> · {t("this one")}</span>}
        </span>
        <span className="block text-xs text-muted">
          {session.address} · <Trans i18nKey="used <1/>" components={{ 1: <Ago at={session.used_at} /> }} />
        </span>
      </span>
      {!session.current && (
        <Button disabled={ending} onClick={onEnd}>
          {ending ? t("Ending…") : t("Log out")}
          <span className="sr-only"> {agentName(session.agent)}</span>
        </Button>
      )}
    </li>
  );
}

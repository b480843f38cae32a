// Where an application is live, on its own page: the address to open, and what runs there, or why that is not known. Where
// nothing is live, see not-live.tsx.
import { useQuery } from "@tanstack/react-query";
import type { LiveRelease } from "@/api/types";
import { FailureNotice } from "@/components/failure-notice";
import { STANDING_LOOKS } from "@/components/health-looks";
import { Ago } from "@/components/moment";
import { Section } from "@/components/section";
import { addressOf } from "@/lib/deployment";
import { httpAddress } from "@/lib/http-address";
import { t } from "@/lib/i18n";
import { getApplication } from "./api/get-application";
import { useLive } from "./api/use-live";
import { targetName } from "./target-name";

export function LiveSection({ id }: { id: string }) {
  const query = useQuery(getApplication(id));
  const application = query.data;
  const { live, failure } = useLive(id);
  return (
    <Section title={t("What is live")}>
      {failure && (
        <FailureNotice
          failure={failure}
          title={t("What is live could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {live === undefined && !failure && (
        <p className="text-sm text-muted">{t("What is live can't be told at the moment.")}</p>
      )}
      {live && application && <Release name={application.name} live={live} />}
    </Section>
  );
}

function Release({ name, live }: { name: string; live: LiveRelease }) {
  // Of what does not run, the address leads nowhere, or to something else by now.
  const url = live.status === "running" ? httpAddress(live.url) : undefined;
  const address = url && addressOf({ application: name, url });
  const { icon: Icon, label, tone } = STANDING_LOOKS[live.status];
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <span className={`flex items-center gap-1.5 font-medium ${tone}`}>
        <Icon aria-hidden className="size-4" />
        {label()}
      </span>
      {address && (
        <a href={address} target="_blank" rel="noreferrer" className="break-all text-accent underline">
          {address}
        </a>
      )}
      <span className="text-muted">
        {targetName(live.target)}
        {url && url !== address && ` · ${url}`}
        {live.release && ` · ${t("release {{release}}", { release: live.release })}`}
        {live.since && (
          <>
            {" · "}
            <Ago at={live.since} />
          </>
        )}
      </span>
    </p>
  );
}

// How the applications are: what needs somebody first, then what is live, and where to find them.
import { useQueries, useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { Link } from "react-router";
import { getHealthInPassing } from "@/api/application-health";
import type { Application, ApplicationHealth } from "@/api/types";
import { STANDING_LOOKS } from "@/components/health-looks";
import { verdictOf } from "@/lib/application-standing";
import { t } from "@/lib/i18n";
import { listApplications } from "./api/list-applications";
import { neediestFirst, type Standee } from "./application-standing";
import { liveAddress } from "./guide-steps";
import { Panel, ROW, ROWS } from "./panel";

export function ApplicationPanel() {
  const query = useQuery(listApplications(ROWS));
  const applications = query.data?.items;
  const health = useHealth(applications ?? []);
  return (
    <Panel
      title={t("Applications")}
      all="/applications"
      query={{ ...query, data: applications && neediestFirst(applications, health) }}
      keyOf={({ application }) => application.id}
      row={(standee) => <Row {...standee} />}
      empty={t(
        "There is no application yet. It is a set of models out of which Lathe makes a running program.",
      )}
    />
  );
}

/** How those are that are said to run, as far as it is known: of one that can't be asked now, nothing is. */
function useHealth(applications: readonly Application[]): ReadonlyMap<string, ApplicationHealth> {
  const asked = applications.filter(({ live }) => live?.status === "running");
  return useQueries({
    queries: asked.map(({ id }) => getHealthInPassing(id)),
    combine: (results) =>
      new Map(
        results.flatMap((result, at): [string, ApplicationHealth][] => {
          const application = asked[at];
          const verdict = verdictOf(result);
          return application && verdict ? [[application.id, verdict]] : [];
        }),
      ),
  });
}

function Row({ application, standing }: Standee) {
  const { icon: Icon, label, tone } = STANDING_LOOKS[standing];
  const address = liveAddress(application);
  return (
    <div className={ROW}>
      <Icon aria-hidden className={`size-4 shrink-0 ${tone}`} />
      <Link
        to={`/applications/${application.id}`}
        className="min-w-0 truncate rounded-sm font-medium hover:underline"
      >
        {application.label || application.name}
      </Link>
      <span className={`shrink-0 text-xs ${tone}`}>{label()}</span>
      {address && (
        <a
          href={address}
          target="_blank"
          rel="noreferrer"
          className="ml-auto flex min-w-0 items-center gap-1 text-xs text-accent hover:underline"
        >
          <span className="truncate">{address}</span>
          <ExternalLink aria-hidden className="size-3.5 shrink-0" />
        </a>
      )}
    </div>
  );
}

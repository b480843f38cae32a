// How the applications are: live, stopped or failed, and where to find them.
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, CircleX, ExternalLink } from "lucide-react";
import { Link } from "react-router";
import type { Application } from "@/api/types";
import { t } from "@/lib/i18n";
import { listApplications } from "./api/list-applications";
import { liveAddress } from "./guide-steps";
import { Panel, ROW, ROWS } from "./panel";

export function ApplicationPanel() {
  const query = useQuery(listApplications(ROWS));
  return (
    <Panel
      title={t("Applications")}
      all="/applications"
      query={{ ...query, data: query.data?.items }}
      keyOf={({ id }) => id}
      row={(application) => <Row application={application} />}
      empty={t(
        "There is no application yet. It is a set of models out of which Lathe makes a running program.",
      )}
    />
  );
}

function Row({ application }: { application: Application }) {
  const looks = {
    running: { icon: CircleCheck, label: t("Live"), tone: "text-ok" },
    stopped: { icon: CircleDashed, label: t("Stopped"), tone: "text-muted" },
    failed: { icon: CircleX, label: t("Failed"), tone: "text-bad" },
    none: { icon: CircleDashed, label: t("Not live yet"), tone: "text-muted" },
  };
  const { icon: Icon, label, tone } = looks[application.live?.status ?? "none"];
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
      <span className={`shrink-0 text-xs ${tone}`}>{label}</span>
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

// The list of applications: what each is made of, what of it is live, and the button that ships it.
import { useInfiniteQuery } from "@tanstack/react-query";
import {
  AppWindow,
  CircleCheck,
  CircleDashed,
  CircleX,
  ExternalLink,
  Hammer,
  Shapes,
  Square,
} from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import type { Application, Execution, LiveRelease } from "@/api/types";
import { Button, buttonClass } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { SkeletonRows } from "@/components/skeleton";
import { addressOf } from "@/lib/deployment";
import { httpAddress } from "@/lib/http-address";
import { useGenerateApplication } from "./api/generate-application";
import { listApplications } from "./api/list-applications";
import { useStopApplication } from "./api/stop-application";

interface ApplicationListProps {
  onStarted: (execution: Execution) => void;
  /** More that can be done with an application, among its buttons. */
  actions: (application: Application) => ReactNode;
  /** More that is to be said of one. */
  notes: (application: Application) => ReactNode;
}

export function ApplicationList({ onStarted, actions, notes }: ApplicationListProps) {
  const query = useInfiniteQuery(listApplications);
  const applications = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="space-y-3">
      {query.isPending && <SkeletonRows rows={3} label="Reading the applications" />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title="The applications could not be read"
          onRetry={() => query.refetch()}
        />
      )}
      {query.isSuccess && applications.length === 0 && <NoApplications />}
      <ul className="space-y-3">
        {applications.map((application) => (
          <ApplicationCard
            key={application.id}
            application={application}
            onStarted={onStarted}
            actions={actions(application)}
            notes={notes(application)}
          />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {query.isFetchingNextPage ? "Reading…" : "Show more"}
        </Button>
      )}
    </div>
  );
}

interface ApplicationCardProps {
  application: Application;
  onStarted: (execution: Execution) => void;
  actions: ReactNode;
  notes: ReactNode;
}

function ApplicationCard({ application, onStarted, actions, notes }: ApplicationCardProps) {
  const generate = useGenerateApplication();
  const mayDeploy = useMay("applications:deploy");
  const mayWrite = useMay("applications:write");
  const { live } = application;
  const url = httpAddress(live?.url);
  const address = url && addressOf({ application: application.name, url });
  const stop = useStopApplication(application.id);
  const confirmStop = () => {
    const name = application.label || application.name;
    if (
      window.confirm(`Stop ${name}? Nobody can use it then. Its data stays, and shipping it brings it back.`)
    ) {
      stop.mutate();
    }
  };
  return (
    <li className="space-y-3 rounded-lg border border-line p-3.5">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="flex flex-wrap items-baseline gap-2">
            <span className="font-medium">{application.label || application.name}</span>
            <code className="font-mono text-xs text-muted">{application.name}</code>
          </h2>
          {application.description && <p className="text-sm text-muted">{application.description}</p>}
        </div>
        <div className="flex flex-wrap gap-2">
          {address && live?.status === "running" && (
            <a href={address} target="_blank" rel="noreferrer" className={buttonClass("plain")}>
              <ExternalLink aria-hidden />
              Open
            </a>
          )}
          {mayWrite && (
            <Link to={`/applications/${application.id}/design`} className={buttonClass("plain")}>
              <Shapes aria-hidden />
              Models
            </Link>
          )}
          {actions}
          {mayDeploy && live && live.status !== "stopped" && (
            <Button disabled={stop.isPending} onClick={confirmStop}>
              <Square aria-hidden />
              {stop.isPending ? "Stopping…" : "Stop"}
            </Button>
          )}
          {mayDeploy && (
            <Button
              weight="primary"
              disabled={generate.isPending}
              onClick={() => {
                const { id, updated_at } = application;
                generate.mutate({ id, updated_at }, { onSuccess: onStarted });
              }}
            >
              <Hammer aria-hidden />
              {generate.isPending ? "Starting…" : "Generate & ship"}
            </Button>
          )}
        </div>
      </div>
      <LiveLine live={live ?? null} address={address || undefined} />
      {notes}
      {application.models.length > 0 && (
        <ul aria-label="Models" className="flex flex-wrap gap-1.5">
          {application.models.map((model) => (
            <li key={model.id}>
              <Link
                to={`/models/${model.id}`}
                className="inline-flex h-6 items-center rounded-full bg-sunken px-2 text-xs text-muted hover:text-ink pointer-coarse:h-9 pointer-coarse:px-3"
              >
                {model.label || model.name}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {generate.isError && <FailureNotice failure={generate.error} title="It was not shipped" />}
      {stop.isError && <FailureNotice failure={stop.error} title="It was not stopped" />}
    </li>
  );
}

const LIVE_LOOKS = {
  running: { icon: CircleCheck, label: "Live", tone: "text-ok" },
  stopped: { icon: CircleDashed, label: "Stopped", tone: "text-muted" },
  failed: { icon: CircleX, label: "Failed", tone: "text-bad" },
};

function LiveLine({ live, address }: { live: LiveRelease | null; address: string | undefined }) {
  if (!live) {
    return (
      <p className="flex items-center gap-1.5 text-sm text-muted">
        <CircleDashed aria-hidden className="size-4" />
        Not live yet. Generate & ship builds it and starts it.
      </p>
    );
  }
  const { icon: Icon, label, tone } = LIVE_LOOKS[live.status];
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <span className={`flex items-center gap-1.5 font-medium ${tone}`}>
        <Icon aria-hidden className="size-4" />
        {label}
      </span>
      {address && (
        <a
          href={address}
          target="_blank"
          rel="noreferrer"
          className="break-all text-accent underline underline-offset-2"
        >
          {address}
        </a>
      )}
      <span className="text-muted">
        {live.target}
        {live.url && live.url !== address && ` at ${live.url}`}
        {live.release && ` · release ${live.release}`}
        {live.since && (
          <>
            {" · since "}
            <Ago at={live.since} />
          </>
        )}
      </span>
    </p>
  );
}

function NoApplications() {
  return (
    <EmptyState icon={<AppWindow />} title="No applications yet">
      <p>
        An application is a set of models out of which Lathe makes a running program.{" "}
        {useMay("applications:write")
          ? "Press “Add application” and choose examples/bookshop/bookshop.yaml."
          : "Your role here does not include adding one."}
      </p>
    </EmptyState>
  );
}

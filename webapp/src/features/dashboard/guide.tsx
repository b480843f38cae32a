// The guided first run: from nothing to a live application in four steps, which tick themselves off.

import { useQueries, useQuery } from "@tanstack/react-query";
import { Check, ExternalLink, LoaderCircle, X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { getSettings, useSaveSettings } from "@/api/settings";
import { Button, buttonClass } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { useCreateBookshop } from "./api/create-bookshop";
import { getShipped } from "./api/get-shipped";
import { listApplications } from "./api/list-applications";
import { listLatestRuns } from "./api/list-latest-runs";
import { furthest, type GuideState, guideState, isDone, liveAddress, maybeShipping } from "./guide-steps";
import { ROWS } from "./panel";

/** The steps while there are some to take; `undefined` until it is known whether there are. */
export function useGuide(): { steps: GuideState | null } | undefined {
  const may = [useMay("applications:write"), useMay("applications:deploy"), useMay("workflows:write")];
  const mayAll = may.every(Boolean);
  const settings = useQuery({ ...getSettings, staleTime: 60_000, enabled: mayAll });
  const applications = useQuery({ ...listApplications(ROWS), enabled: mayAll });
  const running = useQuery({ ...listLatestRuns("running", ROWS), enabled: mayAll });
  const about = furthest(applications.data?.items ?? []);
  const runs = about ? maybeShipping(about, running.data?.items ?? []) : [];
  const shipped = useQueries({
    queries: runs.map(({ id }) => getShipped(id)),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }, at): [string, string | null][] => {
          const run = runs[at];
          return run && data !== undefined ? [[run.id, data]] : [];
        }),
      ),
  });
  // Who has come here for it may see its last step ticked off.
  const [wasOpen, setWasOpen] = useState(false);
  if (!mayAll || settings.isError || applications.isError) return { steps: null };
  if (!settings.data || !applications.data) return undefined;
  const steps = guideState(applications.data.items, running.data?.items ?? [], shipped);
  if (settings.data.guide === "dismissed") return { steps: null };
  const done = isDone(steps);
  if (!done && !wasOpen) setWasOpen(true);
  return { steps: done && !wasOpen ? null : steps };
}

export function Guide({ steps }: { steps: GuideState }) {
  const id = useId();
  const create = useCreateBookshop();
  const dismiss = useSaveSettings();
  const { application, shipping, has } = steps;
  const address = application && liveAddress(application);
  const name = application ? application.label || application.name : t("the bookshop");
  const design = application ? `/applications/${application.id}/design` : "/applications/new/design";
  return (
    <section aria-labelledby={id} className="space-y-3 rounded-lg border border-accent/40 bg-raised p-4">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 id={id} className="font-medium">
            {isDone(steps)
              ? t("{{name}} is live", { name })
              : t("From nothing to a live application in five minutes")}
          </h2>
          <p className="text-sm text-muted">
            {t("Draw what an application keeps; Lathe makes the program, builds it and puts it live.")}
          </p>
        </div>
        <Button
          weight="quiet"
          disabled={dismiss.isPending}
          onClick={() => dismiss.mutate({ guide: "dismissed" })}
        >
          <X aria-hidden />
          {t("Dismiss")}
        </Button>
      </div>
      <ol className="grid gap-2.5 sm:grid-cols-2 xl:grid-cols-4">
        <Step number={1} done={has.application} title={t("Get an application")}>
          <p>{t("The bookshop is an example with six models; or begin with an empty canvas.")}</p>
          {!has.application && (
            <div className="flex flex-wrap gap-2">
              <Button weight="primary" disabled={create.isPending} onClick={() => create.mutate("bookshop")}>
                {create.isPending && <LoaderCircle aria-hidden className="motion-safe:animate-spin" />}
                {create.isPending ? t("Making it…") : t("Make the bookshop")}
              </Button>
              <Link to="/applications/new/design" className={buttonClass("quiet")}>
                {t("Empty canvas")}
              </Link>
            </div>
          )}
        </Step>
        <Step number={2} done={has.models} title={t("Design its models")}>
          <p>{t("See how they belong together, add a field, and save. The program follows.")}</p>
          {has.application && (
            <Link to={design} className={buttonClass(has.models ? "plain" : "primary")}>
              {t("Open the canvas")}
            </Link>
          )}
        </Step>
        <Step number={3} done={has.release} title={t("Ship it")}>
          <p>{t("A workflow generates the code, compiles it and puts it live, while you watch.")}</p>
          {shipping ? (
            <Link to={`/runs/${shipping.id}`} className={buttonClass("primary")}>
              <LoaderCircle aria-hidden className="motion-safe:animate-spin" />
              {t("Watch it being shipped")}
            </Link>
          ) : (
            application &&
            has.models && (
              <Link
                to={`/applications/${application.id}`}
                className={buttonClass(has.release ? "plain" : "primary")}
              >
                {t("Go to Ship")}
              </Link>
            )
          )}
        </Step>
        <Step number={4} done={has.live} title={t("Open it")}>
          <p>{t("It has pages to look at and to edit its records, and an API of its own.")}</p>
          {address && (
            <a href={address} target="_blank" rel="noreferrer" className={buttonClass("primary")}>
              <ExternalLink aria-hidden />
              {t("Open {{name}}", { name })}
            </a>
          )}
        </Step>
      </ol>
      {create.isError && <FailureNotice failure={create.error} title={t("The bookshop was not made")} />}
      {dismiss.isError && <FailureNotice failure={dismiss.error} title={t("The guide was not put away")} />}
    </section>
  );
}

interface StepProps {
  number: number;
  done: boolean;
  title: string;
  children: ReactNode;
}

function Step({ number, done, title, children }: StepProps) {
  return (
    <li className="flex gap-3 rounded-md border border-line bg-page p-3" data-done={done}>
      <span
        aria-hidden
        className={cn(
          "grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold",
          done ? "bg-ok-soft text-ok" : "bg-sunken text-muted",
        )}
      >
        {done ? <Check className="size-4" /> : number}
      </span>
      <div className="min-w-0 space-y-2 text-sm text-muted">
        <h3 className="font-medium text-ink">
          {title}
          <span className="sr-only"> {done ? t("(done)") : t("(to do)")}</span>
        </h3>
        {children}
      </div>
    </li>
  );
}

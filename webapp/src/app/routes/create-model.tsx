// /models/new: where a model is to live. In an application it may have relations; alone it has none.

import { useInfiniteQuery } from "@tanstack/react-query";
import { AppWindow, Database, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { Button } from "@/components/button";
import { Crumbs } from "@/components/crumbs";
import { FailureNotice } from "@/components/failure-notice";
import { Page } from "@/components/page";
import { SkeletonRows } from "@/components/skeleton";
import { listApplications } from "@/features/applications/api/list-applications";
import { t } from "@/lib/i18n";
import { Withheld } from "./withheld";

export function CreateModel() {
  const query = useInfiniteQuery(listApplications);
  const mayWrite = useMay("models:write");
  if (!mayWrite) return <Withheld takes="models:write" list={{ to: "/models", label: t("Models") }} />;
  const applications = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title={t("New model")}
      heading={<Crumbs parent={{ to: "/models", label: t("Models") }} title={t("New model")} />}
    >
      <div className="max-w-xl space-y-3">
        <p className="text-muted text-sm">
          {t("Where does it belong? Models of one application can refer to each other.")}
        </p>
        {query.isPending && <SkeletonRows rows={3} label={t("Reading the applications")} />}
        {query.isError && (
          <FailureNotice
            failure={query.error}
            title={t("The applications could not be read")}
            onRetry={() => query.refetch()}
          />
        )}
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line">
          <Choice
            to="/applications/new/design?add"
            icon={<Plus aria-hidden className="size-4 shrink-0 text-muted" />}
            title={t("A new application")}
            hint={t("begins with it")}
          />
          <Choice
            to="/models/new/edit"
            icon={<Database aria-hidden className="size-4 shrink-0 text-muted" />}
            title={t("By itself")}
            hint={t("without relations")}
          />
          {applications.map(({ id, name, label, models }) => (
            <Choice
              key={id}
              to={`/applications/${id}/design?add`}
              icon={<AppWindow aria-hidden className="size-4 shrink-0 text-muted" />}
              title={label || name}
              hint={t("{{count}} models", { count: models.length })}
            />
          ))}
        </ul>
        {query.hasNextPage && (
          <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {t("Show more")}
          </Button>
        )}
      </div>
    </Page>
  );
}

interface ChoiceProps {
  to: string;
  icon: ReactNode;
  title: string;
  hint: string;
}

function Choice({ to, icon, title, hint }: ChoiceProps) {
  return (
    <li>
      <Link to={to} className="flex min-h-11 items-center gap-3 px-3 py-2 -outline-offset-2 hover:bg-canvas">
        {icon}
        <span className="min-w-0 flex-1 truncate font-medium">{title}</span>
        <span className="shrink-0 text-muted text-xs">{hint}</span>
      </Link>
    </li>
  );
}

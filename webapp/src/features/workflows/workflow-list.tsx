// The list of workflows: what there is, how big it is, when it last changed.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Search, Workflow } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import type { WorkflowSummary } from "@/api/types";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { listWorkflows } from "./api/list-workflows";

export function WorkflowList() {
  const [search, setSearch] = useState("");
  const query = useInfiniteQuery(listWorkflows(useDeferredValue(search.trim())));
  const workflows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = query.isSuccess && workflows.length === 0;
  return (
    <div className="space-y-3">
      {!(isEmpty && search === "") && (
        <label className="relative block max-w-sm">
          <span className="sr-only">{t("Search workflows")}</span>
          <Search aria-hidden className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted" />
          <input
            type="search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            placeholder={t("Search workflows")}
            className="h-8 w-full rounded-md border border-line-strong bg-page pr-2 pl-8 text-sm placeholder:text-muted max-md:h-10 max-md:text-[16px]"
          />
        </label>
      )}
      {query.isPending && <SkeletonRows label={t("Reading the workflows")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The workflows could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {isEmpty &&
        (search === "" ? (
          <NoWorkflows />
        ) : (
          <p className="text-muted">{t("No workflow matches “{{search}}”.", { search })}</p>
        ))}
      {workflows.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line">
          {workflows.map((workflow) => (
            <WorkflowRow key={workflow.id} workflow={workflow} />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {query.isFetchingNextPage ? t("Reading…") : t("Show more")}
        </Button>
      )}
    </div>
  );
}

function WorkflowRow({ workflow }: { workflow: WorkflowSummary }) {
  return (
    <li>
      <Link
        to={`/workflows/${workflow.id}`}
        className="flex items-center gap-3 px-3 py-2.5 -outline-offset-2 hover:bg-canvas"
      >
        <Workflow aria-hidden className="size-4 shrink-0 text-muted" />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="truncate font-medium">{workflow.label || workflow.name}</span>
            {workflow.label && (
              <code className="hidden truncate font-mono text-xs text-muted sm:inline">{workflow.name}</code>
            )}
          </span>
          {workflow.description && (
            <span className="block truncate text-sm text-muted">{workflow.description}</span>
          )}
        </span>
        <span className="shrink-0 text-right text-xs text-muted">
          <span className="block">
            {t("{{count}} nodes", { count: workflow.node_count })} · v{workflow.version}
          </span>
          <Ago at={workflow.updated_at} />
        </span>
      </Link>
    </li>
  );
}

function NoWorkflows() {
  return (
    <EmptyState icon={<Workflow />} title={t("No workflows yet")}>
      <p>
        {t("A workflow is a graph of nodes that runs from its first to its last.")}{" "}
        {useMay("workflows:write")
          ? t("Press “Add workflow” and choose examples/hello/hello.yaml, then run it from its canvas.")
          : t("Your role here does not include adding one.")}
      </p>
    </EmptyState>
  );
}

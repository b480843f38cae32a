// The list of models, each with its fields at a glance.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Database } from "lucide-react";
import { Link } from "react-router";
import type { Model } from "@/api/types";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { SkeletonRows } from "@/components/skeleton";
import { Trans, t } from "@/lib/i18n";
import { listModels } from "./api/list-models";

export function ModelList() {
  const query = useInfiniteQuery(listModels);
  const models = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="space-y-3">
      {query.isPending && <SkeletonRows label={t("Reading the models")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The models could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.isSuccess && models.length === 0 && <NoModels />}
      {models.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line">
          {models.map((model) => (
            <ModelRow key={model.id} model={model} />
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

function ModelRow({ model }: { model: Model }) {
  return (
    <li>
      <Link
        to={`/models/${model.id}`}
        className="flex items-center gap-3 px-3 py-2.5 -outline-offset-2 hover:bg-canvas"
      >
        <Database aria-hidden className="size-4 shrink-0 text-muted" />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="truncate font-medium">{model.label || model.name}</span>
            <code className="truncate font-mono text-xs text-muted">{model.name}</code>
          </span>
          <span className="block truncate text-sm text-muted">
            {model.fields.map((field) => field.label || field.name).join(", ") || t("no fields")}
          </span>
        </span>
        <span className="shrink-0 text-right text-xs text-muted">
          <span className="block">{t("{{count}} fields", { count: model.fields.length })}</span>
          <Ago at={model.updated_at} />
        </span>
      </Link>
    </li>
  );
}

function NoModels() {
  return (
    <EmptyState icon={<Database />} title={t("No models yet")}>
      <p>
        <Trans
          i18nKey="Models say what an application keeps. Draw the first one, or <a>add an application</a> that has some, for instance the bookshop among the examples."
          components={{ a: <Link to="/applications" className="text-accent underline" /> }}
        />
      </p>
    </EmptyState>
  );
}

// The components of an application, to read: workflows and prompts that it uses, by its own names for them.
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { ApplicationComponent } from "@/api/types";
import { CodeText } from "@/components/code-text";
import { FailureNotice } from "@/components/failure-notice";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getApplication } from "./api/get-application";
import { listComponents } from "./api/list-components";
import { isShipped } from "./components";

/** Few applications have any: the others say nothing of them. */
export function ComponentSection({ id }: { id: string }) {
  const application = useQuery(getApplication(id)).data;
  const has = application !== undefined && application.components.length > 0;
  const query = useQuery({ ...listComponents(id), enabled: has });
  if (!has) return null;
  return (
    <Section
      title={t("Components")}
      description={
        <CodeText
          text={t(
            "Workflows and prompts that it uses, by the names that it has for them. They are set by the API (`components`).",
          )}
        />
      }
    >
      {query.isPending && <SkeletonRows rows={1} label={t("Reading its components")} />}
      {query.isError && !query.data && (
        <FailureNotice
          failure={query.error}
          title={t("Its components could not be read")}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.data && (
        <ul aria-label={t("Components")} className={ROWS}>
          {query.data.items.map((component) => (
            <Row
              key={`${component.kind} ${component.name}`}
              component={component}
              runsOnShip={isShipped(component, application.configuration)}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Row({ component, runsOnShip }: { component: ApplicationComponent; runsOnShip: boolean }) {
  const { id, kind, name, uses, description } = component;
  const base = kind === "workflow" ? "/workflows" : "/prompts";
  return (
    <li className={ROW}>
      <code className="font-mono text-xs font-medium [overflow-wrap:anywhere]">{name}</code>
      <span className="flex flex-wrap items-baseline gap-x-1.5 text-muted">
        {kind === "workflow" ? t("workflow") : t("prompt")}
        {id === null ? (
          <code className="font-mono text-xs [overflow-wrap:anywhere]">{uses}</code>
        ) : (
          <Link
            to={`${base}/${id}`}
            className="text-accent underline underline-offset-2 [overflow-wrap:anywhere]"
          >
            {uses}
          </Link>
        )}
        {runsOnShip && <span>· {t("“Ship” runs it")}</span>}
      </span>
      {id === null && <span className="text-bad">{t("There is none of this name any more.")}</span>}
      {description && <span className="basis-full text-muted [overflow-wrap:anywhere]">{description}</span>}
    </li>
  );
}

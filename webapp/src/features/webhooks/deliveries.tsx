// What was sent to a webhook and taken, each with the run that it began.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { Ago } from "@/components/moment";
import { Paged } from "@/components/paged";
import { ROW, Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { listDeliveries } from "./api/list-deliveries";
import { RunBadge } from "./run-badge";

export function Deliveries({ id }: { id: string }) {
  const query = useInfiniteQuery(listDeliveries(id));
  return (
    <Section title={t("Deliveries")} description={t("What was sent and taken; each began one run.")}>
      <Paged
        query={query}
        label={t("Deliveries")}
        reading={t("Reading the deliveries")}
        failed={t("The deliveries could not be read")}
        empty={
          <p className="text-sm text-muted">{t("Nothing was sent yet. The lines above send something.")}</p>
        }
      >
        {({ delivery, execution_id, received_at, status }) => (
          <li key={delivery} className={ROW}>
            <RunBadge status={status} />
            <code className="min-w-0 flex-1 basis-40 truncate font-mono text-xs text-muted">{delivery}</code>
            <span className="text-muted">
              <Ago at={received_at} />
            </span>
            <Link to={`/runs/${execution_id}`} className="text-accent underline underline-offset-2">
              {t("Open the run")}
            </Link>
          </li>
        )}
      </Paged>
    </Section>
  );
}

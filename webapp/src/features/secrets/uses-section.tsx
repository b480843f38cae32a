// What uses a secret or a variable, before anybody renames it or takes it away.
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { FailureNotice } from "@/components/failure-notice";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { listUses } from "./api/list-uses";
import type { Named } from "./api/remove";

export function UsesSection({ what, id }: { what: Named; id: string }) {
  const mayRead = useMay("workflows:read");
  const query = useQuery({ ...listUses(what, id), enabled: mayRead });
  if (!mayRead) return null;
  const users = query.data;
  return (
    <Section
      title={t("Used by")}
      description={t(
        "Workflows that name it, as they run or as they were written last, and applications that are given it.",
      )}
    >
      {query.isPending && <SkeletonRows rows={1} label={t("Looking who uses it…")} />}
      {query.isError && !users && (
        <FailureNotice
          failure={query.error}
          title={t("Who uses it could not be read")}
          onRetry={() => void query.refetch()}
        />
      )}
      {users?.length === 0 && <p className="text-sm text-muted">{t("Nothing uses it.")}</p>}
      {users && users.length > 0 && (
        <ul aria-label={t("Used by")} className={ROWS}>
          {users.map(({ id: user, kind, name }) => (
            <li key={user} className={ROW}>
              <Link
                to={kind === "application" ? `/applications/${user}` : `/workflows/${user}`}
                className="min-w-0 flex-1 break-all text-accent underline underline-offset-2"
              >
                {name}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

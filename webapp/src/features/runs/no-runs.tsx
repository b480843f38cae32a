// What the list of runs says while nothing has run.
import { History } from "lucide-react";
import { Link } from "react-router";
import { EmptyState } from "@/components/empty-state";
import { Trans, t } from "@/lib/i18n";

export function NoRuns() {
  return (
    <EmptyState icon={<History />} title={t("Nothing has run yet")}>
      <p>
        <Trans
          i18nKey="Open a <a>workflow</a> and press Run; its steps light up here while they work."
          components={{ a: <Link to="/workflows" className="text-accent underline" /> }}
        />
      </p>
    </EmptyState>
  );
}

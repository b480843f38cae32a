// Every address that leads nowhere.

import { Compass } from "lucide-react";
import { Link } from "react-router";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";
import { Trans, t } from "@/lib/i18n";

export function NotFoundPage() {
  return (
    <Page title={t("Not found")}>
      <EmptyState icon={<Compass />} title={t("There is nothing at this address")}>
        <p>
          <Trans
            i18nKey="Go to the <w>workflows</w> or to the <r>runs</r>."
            components={{
              w: <Link to="/workflows" className="text-accent underline" />,
              r: <Link to="/runs" className="text-accent underline" />,
            }}
          />
        </p>
      </EmptyState>
    </Page>
  );
}

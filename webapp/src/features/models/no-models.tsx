// What the list of models says while there are none.
import { Database } from "lucide-react";
import { Link } from "react-router";
import { EmptyState } from "@/components/empty-state";
import { Trans, t } from "@/lib/i18n";

export function NoModels() {
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

// What the list of releases says while there are none.
import { Rocket } from "lucide-react";
import { Link } from "react-router";
import { buttonClass } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";

export function NoReleases() {
  return (
    <EmptyState icon={<Rocket />} title={t("No releases yet")}>
      <p>{t("Ship an application: each time something is put live, or fails to, it is kept here.")}</p>
      <Link to="/applications" className={buttonClass("primary")}>
        {t("Go to the applications")}
      </Link>
    </EmptyState>
  );
}

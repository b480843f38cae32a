// What the list of applications says while there are none.
import { AppWindow } from "lucide-react";
import { useMay } from "@/api/profile";
import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";

export function NoApplications() {
  const mayWrite = useMay("applications:write");
  return (
    <EmptyState icon={<AppWindow />} title={t("No applications yet")}>
      <p>
        {t("An application is a set of models out of which Lathe makes a running program.")}{" "}
        {mayWrite
          ? t("Design one, or press “Add application” and take the example.")
          : t("Your role here does not include adding one.")}
      </p>
    </EmptyState>
  );
}

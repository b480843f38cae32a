// What the page of an application says in place of its health and its log, as long as nothing of it is live.
import { Hammer } from "lucide-react";
import { useMay } from "@/api/profile";
import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";

export function NotLive() {
  const mayDeploy = useMay("applications:deploy");
  return (
    <EmptyState icon={<Hammer />} title={t("Not live yet")}>
      <p>
        {mayDeploy
          ? t(
              "“Ship” generates its program, builds it and starts it. How it is and what it writes are shown here from then on.",
            )
          : t("Once somebody has shipped it, how it is and what it writes are shown here.")}
      </p>
    </EmptyState>
  );
}

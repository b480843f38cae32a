// What the list of workflows says while there are none.
import { Workflow } from "lucide-react";
import { useMay } from "@/api/profile";
import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";

export function NoWorkflows() {
  const mayWrite = useMay("workflows:write");
  return (
    <EmptyState icon={<Workflow />} title={t("No workflows yet")}>
      <p>
        {t("A workflow is a graph of nodes that runs from its first to its last.")}{" "}
        {mayWrite
          ? t("Press “Add workflow” and choose examples/hello/hello.yaml, then run it from its canvas.")
          : t("Your role here does not include adding one.")}
      </p>
    </EmptyState>
  );
}

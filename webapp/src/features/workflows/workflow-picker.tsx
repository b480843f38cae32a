// Chooses one workflow, to filter by.

import { useInfiniteQuery } from "@tanstack/react-query";
import { t } from "@/lib/i18n";
import { listWorkflows } from "./api/list-workflows";

interface WorkflowPickerProps {
  value: string;
  onChange: (workflowId: string) => void;
  className?: string;
}

export function WorkflowPicker({ value, onChange, className }: WorkflowPickerProps) {
  const query = useInfiniteQuery(listWorkflows(""));
  const workflows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const isKnown = value === "" || workflows.some((workflow) => workflow.id === value);
  return (
    <select
      aria-label={t("Workflow")}
      className={className}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{t("Every workflow")}</option>
      {!isKnown && <option value={value}>{t("The chosen workflow")}</option>}
      {workflows.map((workflow) => (
        <option key={workflow.id} value={workflow.id}>
          {workflow.label || workflow.name}
        </option>
      ))}
    </select>
  );
}

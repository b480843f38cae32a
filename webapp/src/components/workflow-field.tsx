// Chooses the workflow that something begins, by typing a part of its name.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sayInOneLine } from "@/api/failure";
import { findWorkflows } from "@/api/find-workflows";
import { t } from "@/lib/i18n";
import { useSettled } from "@/lib/use-settled";
import { useFieldFault } from "./form";
import { type Choice, SearchChoice } from "./search-choice";

interface WorkflowFieldProps {
  value: Choice | undefined;
  help?: string;
  fault?: string;
  disabled?: boolean;
  onChange: (workflow: Choice) => void;
}

export function WorkflowField({ value, help, fault, disabled, onChange }: WorkflowFieldProps) {
  const unfit = useFieldFault("workflow_id");
  // Choosing one from the list is no input that the form would hear of.
  const unfilled = value === undefined ? unfit : undefined;
  const [search, setSearch] = useState("");
  const settled = useSettled(search);
  const query = useQuery(findWorkflows(settled));
  const found = (query.data ?? []).map(({ id, name, label }) => ({
    id,
    title: label || name,
    hint: label ? name : undefined,
  }));
  return (
    <SearchChoice
      label={t("Workflow")}
      name="workflow_id"
      value={value}
      found={found}
      placeholder={t("Search workflows")}
      nothing={query.isPending ? t("Reading…") : t("No workflow has such a name")}
      isSettled={settled === search && !query.isPlaceholderData && !query.isPending}
      help={help}
      required
      fault={fault ?? unfilled ?? (query.isError ? sayInOneLine(query.error) : undefined)}
      disabled={disabled}
      onSearch={setSearch}
      onChange={onChange}
    />
  );
}

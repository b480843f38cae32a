// How a workflow begins, in the head of their list: drawn on the canvas, or from a document.
import { Plus } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { AddWorkflow } from "@/features/workflows/add-workflow";
import { t } from "@/lib/i18n";

export function AddWorkflows() {
  const navigate = useNavigate();
  const mayWrite = useMay("workflows:write");
  return (
    <>
      <AddWorkflow onAdded={(workflow) => navigate(`/workflows/${workflow.id}`)} />
      {mayWrite && (
        <Link to="/workflows/new/edit" className={buttonClass("primary")}>
          <Plus aria-hidden />
          <span className="max-md:sr-only">{t("Design a workflow")}</span>
        </Link>
      )}
    </>
  );
}

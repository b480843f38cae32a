// How an application begins, in the head of their list: drawn on the canvas, or from a document.
import { Plus } from "lucide-react";
import { Link, useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { AddApplication } from "@/features/applications/add-application";
import { t } from "@/lib/i18n";

export function AddApplications() {
  const navigate = useNavigate();
  const mayWrite = useMay("applications:write");
  return (
    <>
      <AddApplication onAdded={(id) => navigate(`/applications/${id}/design`)} />
      {mayWrite && (
        <Link to="/applications/new/design" className={buttonClass("primary")}>
          <Plus aria-hidden />
          <span className="max-md:sr-only">{t("Design an application")}</span>
        </Link>
      )}
    </>
  );
}

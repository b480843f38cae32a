// /models
import { Plus } from "lucide-react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { ModelList } from "@/features/models/model-list";

export function ModelsPage() {
  const mayWrite = useMay("models:write");
  return (
    <Page
      title="Models"
      actions={
        mayWrite && (
          <Link to="/models/new" className={buttonClass("primary")}>
            <Plus aria-hidden />
            New model
          </Link>
        )
      }
    >
      <ModelList />
    </Page>
  );
}

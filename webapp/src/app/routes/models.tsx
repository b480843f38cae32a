// /models

import { Plus } from "lucide-react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { Page } from "@/components/page";
import { ModelList } from "@/features/models/model-list";
import { t } from "@/lib/i18n";

export function ModelsPage() {
  const mayWrite = useMay("models:write");
  return (
    <Page
      title={t("Models")}
      actions={
        mayWrite && (
          <Link to="/models/new" className={buttonClass("primary")}>
            <Plus aria-hidden />
            {t("New model")}
          </Link>
        )
      }
    >
      <ModelList />
    </Page>
  );
}

// What the list of prompts says while there are none.
import { MessageSquareText, Plus } from "lucide-react";
import { Link } from "react-router";
import { useMay } from "@/api/profile";
import { buttonClass } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { t } from "@/lib/i18n";

export function NoPrompts() {
  const mayWrite = useMay("prompts:write");
  return (
    <EmptyState icon={<MessageSquareText />} title={t("No prompts yet")}>
      <p>
        {t(
          "A prompt is a text with places for values. Each save is a version, and a label says which one workflows use.",
        )}
      </p>
      {mayWrite ? (
        <Link to="/prompts/new" className={buttonClass("primary")}>
          <Plus aria-hidden />
          {t("Write the first prompt")}
        </Link>
      ) : (
        <p>{t("Your role here does not include adding one.")}</p>
      )}
    </EmptyState>
  );
}

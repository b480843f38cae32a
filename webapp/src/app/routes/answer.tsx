// /answer/:execution/:step/:token: where a link that a run handed out leads.

import { useParams } from "react-router";
import { Page } from "@/components/page";
import { LinkAnswer } from "@/features/answers/link-answer";
import { t } from "@/lib/i18n";
import { LeaveForms } from "../leave-forms";

export function AnswerPage() {
  const { execution = "", step = "", token = "" } = useParams();
  return (
    <Page title={t("Your answer")}>
      <div className="max-w-lg">
        <LinkAnswer link={{ execution, step, token }} />
      </div>
      <LeaveForms forAnybody />
    </Page>
  );
}

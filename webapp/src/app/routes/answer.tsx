// /answer/:execution/:step/:token: where a link that a run handed out leads.

import { useParams } from "react-router";
import { LinkAnswer } from "@/features/answers/link-answer";
import { Card } from "@/features/auth/card";
import { t } from "@/lib/i18n";
import { Leaving } from "../leaving";

export function AnswerPage() {
  const { execution = "", step = "", token = "" } = useParams();
  return (
    <>
      <Card title={t("Your answer")} isWide>
        <LinkAnswer link={{ execution, step, token }} />
      </Card>
      <Leaving forAnybody />
    </>
  );
}

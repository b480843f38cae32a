// The question behind a link, for somebody who may know nothing else of Lathe.

import { useQuery } from "@tanstack/react-query";
import { FailureNotice } from "@/components/failure-notice";
import { t } from "@/lib/i18n";
import { AnswerForm } from "./answer-form";
import { type AnswerLink, getQuestion, useAnswerLink } from "./api/link";

export function LinkAnswer({ link }: { link: AnswerLink }) {
  const question = useQuery(getQuestion(link));
  const answer = useAnswerLink(link);
  if (answer.isSuccess)
    return <p className="text-base">{t("Thank you: your answer was taken, and the run goes on.")}</p>;
  if (question.isError) {
    return <FailureNotice failure={question.error} title={t("This question cannot be answered")} />;
  }
  if (!question.data) return null;
  return (
    <>
      <p className="mb-3 text-sm text-muted">
        {t("A run of {{workflow}} asks:", { workflow: question.data.workflow_name })}
      </p>
      <AnswerForm
        question={question.data}
        busy={answer.isPending}
        failure={answer.error}
        onAnswer={answer.mutate}
      />
    </>
  );
}

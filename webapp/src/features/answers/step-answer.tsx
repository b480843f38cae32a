// Answers the step that is being looked at.

import { useMay } from "@/api/profile";
import type { StepWait } from "@/api/types";
import { t } from "@/lib/i18n";
import { AnswerForm } from "./answer-form";
import { useAnswerWait } from "./api/wait";
import type { TypedAnswers } from "./typed-answers";

/** `typed` is for who looks at another step in between. */
export function StepAnswer({ wait, typed }: { wait: StepWait; typed?: TypedAnswers }) {
  const answer = useAnswerWait(wait.id);
  const mayAnswer = useMay("waits:answer");
  if (answer.isSuccess) return <p className="text-sm text-muted">{t("Answered.")}</p>;
  if (!mayAnswer)
    return (
      <p className="text-sm text-muted">{t("It waits for an answer, which your role does not include.")}</p>
    );
  return (
    <div className="rounded-md border border-line p-3">
      <AnswerForm
        question={wait}
        busy={answer.isPending}
        failure={answer.error}
        onAnswer={(body) =>
          typed ? void typed.send(wait.id, () => answer.mutateAsync(body)) : answer.mutate(body)
        }
        typed={typed?.of(wait.id)}
        onType={(values) => typed?.type(wait.id, values)}
      />
    </div>
  );
}

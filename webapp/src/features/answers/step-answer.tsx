// Answers the step that is being looked at.
import type { StepWait } from "@/api/types";
import { AnswerForm } from "./answer-form";
import { useAnswerWait } from "./api/wait";

export function StepAnswer({ wait }: { wait: StepWait }) {
  const answer = useAnswerWait(wait.id);
  if (answer.isSuccess) return <p className="text-sm text-muted">Answered.</p>;
  return (
    <div className="rounded-md border border-line p-3">
      <AnswerForm question={wait} busy={answer.isPending} failure={answer.error} onAnswer={answer.mutate} />
    </div>
  );
}

// What a waiting step asks, and the buttons that answer it.

import { Check, X } from "lucide-react";
import { useState } from "react";
import type { AnswerBody, Question } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { SchemaForm } from "@/components/schema-form";
import { t } from "@/lib/i18n";
import { type FormValues, initialValues, readForm, readInputs } from "@/lib/input-form";
import { useTyped, useUnsaved } from "@/lib/unsaved";
import { saysUnsent } from "./typed-answers";

interface AnswerFormProps {
  question: Pick<Question, "approval" | "form" | "message">;
  busy: boolean;
  failure: unknown;
  onAnswer: (body: AnswerBody) => void;
  /** What was typed when the same form was shown before. */
  typed?: FormValues | undefined;
  onType?: (values: FormValues) => void;
}

export function AnswerForm({ question, busy, failure, onAnswer, typed, onType }: AnswerFormProps) {
  const fields = readForm({ inputs: question.form });
  const [values, setValues] = useState(() => typed ?? initialValues(fields));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isTouched, setTouched] = useState(typed !== undefined);
  useUnsaved(isTouched);
  // What is on its way is not asked about: once it is taken, the form is gone.
  useTyped(isTouched && !busy, saysUnsent());
  const type = (next: FormValues) => {
    setValues(next);
    onType?.(next);
  };
  const answer = (approved?: boolean) => {
    // Whoever says no need not fill anything in.
    const read = approved === false ? { inputs: undefined, errors: {} } : readInputs(fields, values);
    setErrors(read.errors);
    if (Object.keys(read.errors).length > 0) return;
    const payload = question.form ? read.inputs : undefined;
    onAnswer({ ...(approved === undefined ? {} : { approved }), ...(payload ? { payload } : {}) });
  };
  return (
    <form
      onInput={() => setTouched(true)}
      noValidate
      aria-label={t("Answer")}
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        answer(question.approval ? true : undefined);
      }}
    >
      {question.message && <p className="whitespace-pre-wrap text-base">{question.message}</p>}
      <SchemaForm fields={fields} values={values} errors={errors} onChange={type} />
      {failure !== null && <FailureNotice failure={failure} title={t("The answer was not taken")} />}
      <div className="flex gap-2">
        <Button type="submit" weight="primary" disabled={busy}>
          <Check aria-hidden />
          {question.approval ? t("Approve") : t("Answer (verb)")}
        </Button>
        {question.approval && (
          <Button disabled={busy} onClick={() => answer(false)}>
            <X aria-hidden />
            {t("Reject")}
          </Button>
        )}
      </div>
    </form>
  );
}

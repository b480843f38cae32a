// Shows what the API said went wrong, where, and how to mend it.

import { RotateCw, TriangleAlert } from "lucide-react";
import { ApiFailure, howToMend } from "@/api/failure";
import { t } from "@/lib/i18n";
import { Button } from "./button";
import { CodeText } from "./code-text";
import { FailureText } from "./failure-text";

interface FailureNoticeProps {
  failure: unknown;
  /** What was being done, for instance "The runs could not be read". */
  title?: string;
  onRetry?: () => void;
}

export function FailureNotice({ failure, title, onRetry }: FailureNoticeProps) {
  const details = failure instanceof ApiFailure ? failure.details : [];
  const code = failure instanceof ApiFailure ? failure.code : undefined;
  return (
    <div role="alert" className="rounded-lg border border-bad/30 bg-bad-soft p-3 text-sm">
      <div className="flex flex-wrap items-start gap-2">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
        <div className="min-w-0 flex-1 basis-52 space-y-1">
          {title && <p className="font-medium">{title}</p>}
          <div className="break-words">
            <FailureText failure={failure} code={code} />
          </div>
          {details.length > 0 && (
            <ul className="list-disc space-y-0.5 pl-4">
              {details.map((detail) => (
                <li key={`${detail.place} ${detail.message}`} className="break-words">
                  {detail.place && <code className="font-mono text-xs">{detail.place}: </code>}
                  <span lang={detail.lang}>
                    <CodeText text={detail.place ? detail.atPlace : detail.message} />
                  </span>
                </li>
              ))}
            </ul>
          )}
          <p className="text-muted">{howToMend(failure)}</p>
        </div>
        {onRetry && (
          <Button onClick={onRetry}>
            <RotateCw aria-hidden />
            {t("Try again")}
          </Button>
        )}
      </div>
    </div>
  );
}

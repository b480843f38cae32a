// What came of the earlier attempts of a step.

import type { Attempt } from "@/api/types";
import { Ago } from "@/components/moment";
import { ServerText } from "@/components/server-text";
import { StatusIcon } from "@/components/status-badge";
import { midSentence, t } from "@/lib/i18n";
import { lookOf } from "@/lib/status";
import { formatDuration } from "@/lib/time";

export function AttemptList({ attempts }: { attempts: readonly Attempt[] }) {
  if (attempts.length === 0) return null;
  return (
    <ol aria-label={t("Earlier attempts")} className="space-y-1 text-xs text-muted">
      {attempts.map((attempt) => (
        <li key={attempt.attempt} className="flex items-start gap-1.5">
          <StatusIcon status={attempt.status} className="mt-px size-3.5" />
          <span className="min-w-0">
            {t("Attempt {{number}} {{status}} after {{duration}}", {
              number: attempt.attempt,
              status: midSentence(lookOf(attempt.status).label),
              duration: formatDuration(attempt.duration_ms),
            })}
            {", "}
            <Ago at={attempt.finished_at} />
            {attempt.error && (
              <ServerText text={attempt.error.message} className="line-clamp-2 break-words" />
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

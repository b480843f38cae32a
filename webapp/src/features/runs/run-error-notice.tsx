// Why a run or a step failed, in the words of the engine.

import { CircleX } from "lucide-react";
import type { ReactNode } from "react";
import type { RunError } from "@/api/types";
import { CopyButton } from "@/components/copy-button";
import { JsonView } from "@/components/json-view";
import { ServerText } from "@/components/server-text";
import { t } from "@/lib/i18n";

interface RunErrorNoticeProps {
  error: RunError;
  /** What leads on from it. */
  more?: ReactNode;
}

export function RunErrorNotice({ error, more }: RunErrorNoticeProps) {
  const hasDetails = error.details !== null && error.details !== undefined;
  return (
    <div className="space-y-2 rounded-md border border-bad/30 bg-bad-soft px-2.5 py-2 text-sm">
      <p className="flex items-start gap-2">
        <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
        <span className="min-w-0 whitespace-pre-wrap break-words">
          <ServerText text={error.message} />{" "}
          <code className="font-mono text-xs text-muted">{error.code}</code>
        </span>
        <CopyButton text={error.message} label={t("Copy the message")} className="-my-1 ml-auto px-1.5" />
      </p>
      {more}
      {hasDetails && <JsonView value={error.details} label={t("error details")} />}
    </div>
  );
}

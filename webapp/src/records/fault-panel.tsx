// What the server said when it refused, and what can be done again.
import { RotateCw, TriangleAlert } from "lucide-react";
import { Button } from "@/components/button";
import { failureOf } from "./failure";
import { useHost } from "./host";

interface FaultPanelProps {
  error: unknown;
  title: string;
  onRetry?: () => void;
}

export function FaultPanel({ error, title, onRetry }: FaultPanelProps) {
  const { words } = useHost();
  const failure = failureOf(error);
  const { details } = failure;
  const { text, original } = words.refusal(failure);
  const isListed = details.some(({ message }) => message === original);
  return (
    <div
      role="alert"
      className="flex flex-wrap items-start gap-2 rounded-lg border border-bad/30 bg-bad-soft p-3 text-sm"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 flex-1 basis-52 space-y-1">
        <p className="font-medium">{title}</p>
        <p className="break-words first-letter:uppercase">{text}</p>
        {original !== undefined && !isListed && (
          <p lang="en" className="break-words text-muted text-xs first-letter:uppercase">
            {original}
          </p>
        )}
        {details.length > 0 && (
          <ul className="list-disc space-y-0.5 pl-4">
            {details.map((detail) => (
              <li key={`${detail.path} ${detail.message}`} className="break-words">
                {detail.path && <code className="font-mono text-xs">{detail.path.replace(/^\//, "")}: </code>}
                {words.fault((detail.path && detail.atPlace) || detail.message)}
              </li>
            ))}
          </ul>
        )}
      </div>
      {onRetry && (
        <Button onClick={onRetry}>
          <RotateCw aria-hidden />
          {words.tryAgain}
        </Button>
      )}
    </div>
  );
}

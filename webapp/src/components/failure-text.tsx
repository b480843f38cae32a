// What went wrong in the language of whoever reads and, smaller, the server's own words where they are others.
import { ApiFailure, sayFailure } from "@/api/failure";
import { CodeText } from "./code-text";

interface FailureTextProps {
  failure: unknown;
  /** Stands behind the text, before what the server said. */
  code?: string;
}

export function FailureText({ failure, code }: FailureTextProps) {
  const { text, original } = sayFailure(failure);
  const details = failure instanceof ApiFailure ? failure.details : [];
  const isListed = details.some(({ message }) => message === original);
  return (
    <>
      <span className="inline-block first-letter:uppercase">
        <CodeText text={text} />
      </span>
      {code && <code className="ml-1 font-mono text-muted text-xs">{code}</code>}
      {original !== undefined && !isListed && (
        <span lang="en" className="block text-muted text-xs first-letter:uppercase">
          <CodeText text={original} />
        </span>
      )}
    </>
  );
}

// What went wrong in the language of whoever reads and, smaller, the server's own words where they are others.
import { ApiFailure, sayFailure } from "@/api/failure";
import { CodeText } from "./code-text";

export function FailureText({ failure }: { failure: unknown }) {
  const { text, original } = sayFailure(failure);
  const details = failure instanceof ApiFailure ? failure.details : [];
  const isListed = details.some(({ message }) => message === original);
  return (
    <>
      <span className="inline-block first-letter:uppercase">
        <CodeText text={text} />
      </span>
      {original !== undefined && !isListed && (
        <span lang="en" className="block text-muted text-xs first-letter:uppercase">
          <CodeText text={original} />
        </span>
      )}
    </>
  );
}

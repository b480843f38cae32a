// In the place of what a page is about until it is here: that it is being read, or why it could not be, and another try.
import { FailureNotice } from "./failure-notice";
import { SkeletonRows } from "./skeleton";

interface WaitingProps {
  /** What ears are told while it is read. */
  reading: string;
  unreadable: string;
  /** Null while it is read. */
  failure: unknown;
  onRetry: () => void;
}

export function Waiting({ reading, unreadable, failure, onRetry }: WaitingProps) {
  return (
    <div className="p-4">
      {failure === null ? (
        <SkeletonRows label={reading} />
      ) : (
        <FailureNotice failure={failure} title={unreadable} onRetry={onRetry} />
      )}
    </div>
  );
}

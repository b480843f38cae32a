// What stands in place of a record that could not be read: that there is none, with the way back, or why, with another attempt.
import { SearchX } from "lucide-react";
import { buttonClass } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { failureOf, isGone } from "./failure";
import { FaultPanel } from "./fault-panel";
import { useHost } from "./host";
import type { Model } from "./manifest";

interface MissingRecordProps {
  model: Model;
  error: unknown;
  onRetry: () => void;
}

export function MissingRecord({ model, error, onRetry }: MissingRecordProps) {
  const { words, path, Link } = useHost();
  if (!isGone(failureOf(error)))
    return <FaultPanel error={error} title={words.recordNotRead} onRetry={onRetry} />;
  return (
    <EmptyState icon={<SearchX />} title={words.goneTitle}>
      <p>{words.goneText}</p>
      <Link to={path({ model: model.name, mode: "list" })} className={buttonClass()}>
        {words.backToList}
      </Link>
    </EmptyState>
  );
}

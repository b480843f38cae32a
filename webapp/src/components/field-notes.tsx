// What stands under the control of a form: what is meant by it, and what is wrong with it.
import type { ReactNode } from "react";
import { CodeText } from "./code-text";

interface Notes {
  /** Of the control. */
  id: string;
  help?: ReactNode;
  fault?: string;
}

/** For `aria-describedby`. */
export function describedBy({ id, help, fault }: Notes): string | undefined {
  return [help && `${id}-help`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;
}

export function FieldNotes({ id, help, fault }: Notes) {
  return (
    <>
      {help && (
        <p id={`${id}-help`} className="text-xs text-muted">
          {typeof help === "string" ? <CodeText text={help} /> : help}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} className="text-xs text-bad first-letter:uppercase">
          <CodeText text={fault} />
        </p>
      )}
    </>
  );
}

// All that the server objects to, each with a way to where it is.
import { CircleAlert, CircleCheck } from "lucide-react";
import { type DesignerStore, useDesigner } from "./store";

export function ProblemList({
  store,
  onJump,
}: {
  store: DesignerStore;
  onJump: (node: string | null) => void;
}) {
  const problems = useDesigner(store, (each) => each.problems);
  if (problems.length === 0) return null;
  return (
    <section
      aria-label="Problems"
      className="thin-scroll max-h-32 shrink-0 overflow-y-auto border-t border-line bg-page py-1"
    >
      <ul>
        {problems.map((problem) => (
          <li key={problem.path + problem.message}>
            <button
              type="button"
              className="flex w-full items-baseline gap-2 px-3 py-1 text-left text-sm -outline-offset-2 hover:bg-canvas"
              onClick={() => onJump(problem.node ?? null)}
            >
              <CircleAlert aria-hidden className="size-3.5 shrink-0 self-center text-bad" />
              <span className="min-w-0 break-words">
                <span className="font-medium">
                  {problem.node ? [problem.node, problem.field].filter(Boolean).join(" · ") : "Workflow"}
                </span>{" "}
                <span className="inline-block text-muted first-letter:uppercase">{problem.message}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function ProblemCount({ store }: { store: DesignerStore }) {
  const count = useDesigner(store, (each) => each.problems.length);
  return (
    <span role="status" className="flex items-center gap-1 text-muted text-xs">
      {count === 0 ? (
        <>
          <CircleCheck aria-hidden className="size-3.5 text-ok" />
          No problems
        </>
      ) : (
        <>
          <CircleAlert aria-hidden className="size-3.5 text-bad" />
          {count} {count === 1 ? "problem" : "problems"}
        </>
      )}
    </span>
  );
}

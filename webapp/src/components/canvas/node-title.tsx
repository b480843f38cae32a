// The title of a panel about a node.
import type { GraphNode } from "./graph";
import { KindIcon } from "./kind-icon";

export function NodeTitle({ node }: { node: GraphNode }) {
  return (
    <div className="flex min-w-0 items-center gap-2">
      <KindIcon kind={node.kind} className="size-4 shrink-0 text-muted" />
      <h2 className="truncate font-medium">{node.label}</h2>
      <code className="truncate font-mono text-xs text-muted">{node.kind}</code>
    </div>
  );
}

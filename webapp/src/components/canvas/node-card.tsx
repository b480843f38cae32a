// One node on the canvas: what it is, and while a run is shown what it is doing.
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { Elapsed } from "@/components/moment";
import { StatusIcon } from "@/components/status-badge";
import { cn } from "@/lib/cn";
import { lookOf } from "@/lib/status";
import { type Direction, NODE_WIDTH, nodeHeight, portPoint } from "./geometry";
import { DEFAULT_PORT, type GraphNode } from "./graph";
import { KindIcon } from "./kind-icon";
import { type NodeProgress, useNodeProgress } from "./progress";

export type CardNode = Node<{ node: GraphNode; direction: Direction; hasTarget: boolean }, "card">;

export const NodeCard = memo(function NodeCard({ data, selected }: NodeProps<CardNode>) {
  const { node, direction, hasTarget } = data;
  const progress = useNodeProgress(node.id);
  return (
    <div
      data-node={node.id}
      data-status={progress?.status}
      style={{ width: NODE_WIDTH, height: nodeHeight(node.ports.length) }}
      className={cn(
        "flex items-center gap-2.5 rounded-xl border bg-raised px-2.5 shadow-xs transition-[border-color,opacity]",
        frame(progress),
        selected && "ring-2 ring-accent ring-offset-2 ring-offset-canvas",
      )}
    >
      <span className={cn("grid size-9 shrink-0 place-items-center rounded-lg", tile(progress))}>
        <KindIcon kind={node.kind} className="size-[18px]" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium leading-5">{node.label}</span>
        <span className="flex items-center gap-1.5 text-[11px] leading-4 text-muted">
          <span className="truncate font-mono">{node.kind}</span>
        </span>
      </span>
      {progress && <Progress progress={progress} />}
      {hasTarget && (
        <Handle
          type="target"
          position={direction === "right" ? Position.Left : Position.Top}
          isConnectable={false}
          className={direction === "right" ? "lathe-target" : "lathe-target-down"}
        />
      )}
      {node.ports.map((port, index) => {
        const point = portPoint(index, node.ports.length, direction);
        return (
          <Handle
            key={port}
            id={port}
            type="source"
            position={direction === "right" ? Position.Right : Position.Bottom}
            isConnectable={false}
            className="lathe-source"
            style={direction === "right" ? { top: point.y } : { left: point.x }}
          >
            {(node.ports.length > 1 || port !== DEFAULT_PORT) && (
              <PortLabel port={port} direction={direction} />
            )}
          </Handle>
        );
      })}
    </div>
  );
});

function Progress({ progress }: { progress: NodeProgress }) {
  const { label } = lookOf(progress.status);
  const isRunning = progress.status === "running";
  const times = {
    started_at: progress.startedAt,
    finished_at: progress.finishedAt,
    duration_ms: progress.durationMs,
  };
  return (
    <span className="flex shrink-0 flex-col items-end gap-0.5 text-[11px] leading-4 text-muted">
      <span className="flex items-center gap-1" title={label}>
        {progress.attempt > 1 && (
          <span className="rounded bg-warn-soft px-1 text-warn" title={`Attempt ${progress.attempt}`}>
            ×{progress.attempt}
          </span>
        )}
        <StatusIcon status={progress.status} />
        <span className="sr-only">{progress.retrying ? "Waiting to retry" : label}</span>
      </span>
      <span>{progress.status === "skipped" ? "skipped" : <Elapsed span={times} running={isRunning} />}</span>
    </span>
  );
}

function PortLabel({ port, direction }: { port: string; direction: Direction }) {
  const place =
    direction === "right"
      ? "top-1/2 left-full ml-1.5 -translate-y-1/2"
      : "top-full left-1/2 mt-1 -translate-x-1/2";
  return (
    <span
      className={cn(
        "pointer-events-none absolute rounded bg-canvas px-1 text-[10px] leading-4",
        port === "error" ? "text-bad" : "text-muted",
        place,
      )}
    >
      {port}
    </span>
  );
}

function frame(progress: NodeProgress | undefined): string {
  switch (progress?.status) {
    case "running":
      return "border-accent animate-glow";
    case "succeeded":
      return "border-ok/60";
    case "failed":
      return "border-bad";
    case "waiting":
      return "border-warn border-dashed";
    case "skipped":
    case "cancelled":
      return "border-line-strong border-dashed opacity-60";
    default:
      return "border-line-strong";
  }
}

function tile(progress: NodeProgress | undefined): string {
  switch (progress?.status) {
    case "running":
      return "bg-accent-soft text-accent";
    case "succeeded":
      return "bg-ok-soft text-ok";
    case "failed":
      return "bg-bad-soft text-bad";
    case "waiting":
      return "bg-warn-soft text-warn";
    default:
      return "bg-sunken text-muted";
  }
}

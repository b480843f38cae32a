// One node on the canvas: what it is, and while a run is shown what it is doing.

import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { CircleAlert, Pin, Plus } from "lucide-react";
import { memo, useContext, useRef } from "react";
import { Elapsed } from "@/components/moment";
import { StatusIcon } from "@/components/status-badge";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { lookOf } from "@/lib/status";
import { type Band, HEADER } from "./arrange";
import { type Direction, portPoint, type Size } from "./geometry";
import { DEFAULT_PORT, type GraphNode } from "./graph";
import { KindIcon } from "./kind-icon";
import { changeWord, EditingContext, type NodeMark, useNodeMark } from "./marks";
import { type NodeProgress, useNodeProgress } from "./progress";
import { useGlide } from "./use-glide";

export interface CardData extends Record<string, unknown> {
  node: GraphNode;
  direction: Direction;
  hasTarget: boolean;
  size: Size;
  /** The blocks that it holds, as they are drawn. */
  bands: readonly Band[];
  /** The block of its holder that it lies in. */
  part: string | undefined;
}

export type CardNode = Node<CardData, "card">;

export const NodeCard = memo(function NodeCard(props: NodeProps<CardNode>) {
  const { data, selected } = props;
  const card = useRef<HTMLDivElement>(null);
  useGlide(card, props.dragging, props.positionAbsoluteX, props.positionAbsoluteY);
  const { node, direction, hasTarget, size, bands } = data;
  const progress = useNodeProgress(node.id);
  const mark = useNodeMark(node.id);
  const editing = useContext(EditingContext);
  const isGroup = bands.length > 0;
  return (
    <div
      ref={card}
      data-node={node.id}
      data-status={progress?.status}
      data-change={mark?.change}
      style={{ width: size.width, height: size.height }}
      className={cn(
        "relative rounded-xl border shadow-xs transition-[border-color,opacity]",
        isGroup ? "bg-raised/60" : "bg-raised",
        mark?.change
          ? CHANGE[mark.change]
          : mark && mark.problems.length > 0 && !progress
            ? "border-bad"
            : frame(progress),
        selected && "ring-2 ring-accent ring-offset-2 ring-offset-canvas",
      )}
    >
      <div className="flex items-center gap-2.5 px-2.5" style={{ height: isGroup ? HEADER : "100%" }}>
        <span className={cn("grid size-9 shrink-0 place-items-center rounded-lg", tile(progress))}>
          <KindIcon kind={node.kind} className="size-4.5" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium leading-5">{node.label}</span>
          <span className="flex items-center gap-1.5 text-2xs leading-4 text-muted">
            <span className="truncate font-mono">{node.kind}</span>
          </span>
        </span>
        {mark && <Marks mark={mark} />}
        {progress && <Progress progress={progress} />}
      </div>
      {bands.map((band) => (
        <BandArea key={band.part} node={node} band={band} onAdd={editing?.onBand} />
      ))}
      {(hasTarget || editing) && (
        <Handle
          type="target"
          position={direction === "right" ? Position.Left : Position.Top}
          isConnectable={editing !== null}
          className={direction === "right" ? "lathe-target" : "lathe-target-down"}
        />
      )}
      {node.ports.map((port, index) => {
        const point = portPoint(index, node.ports.length, direction, size);
        return (
          <Handle
            key={port}
            id={port}
            type="source"
            position={direction === "right" ? Position.Right : Position.Bottom}
            isConnectable={editing !== null}
            onClick={editing ? () => editing.onPort(node.id, port) : undefined}
            title={editing ? t("Drag to connect, press to add a node after {{port}}", { port }) : undefined}
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

const CHANGE = {
  added: "border-ok border-2 bg-ok-soft",
  removed: "border-bad border-2 border-dashed bg-bad-soft",
  changed: "border-warn border-2 bg-warn-soft",
  moved: "border-accent border-2 border-dashed",
};

function Marks({ mark }: { mark: NodeMark }) {
  return (
    <span className="flex shrink-0 items-center gap-1 text-2xs">
      {mark.change && <span className="rounded bg-page px-1 font-medium">{changeWord(mark.change)}</span>}
      {mark.pinned && (
        <span title={t("Its output is pinned")}>
          <Pin aria-hidden className="size-3.5 text-accent" />
          <span className="sr-only">{t("Its output is pinned")}</span>
        </span>
      )}
      {mark.problems.length > 0 && (
        <span title={mark.problems.join("\n")}>
          <CircleAlert aria-hidden className="size-4 text-bad" />
          <span className="sr-only">{t("{{count}} problems", { count: mark.problems.length })}</span>
        </span>
      )}
    </span>
  );
}

interface BandAreaProps {
  node: GraphNode;
  band: Band;
  onAdd: ((node: string, part: string) => void) | undefined;
}

/** One block of a node: its name, room for its nodes, and a way to put the first one in. */
function BandArea({ node, band, onAdd }: BandAreaProps) {
  return (
    <div
      data-band={`${node.id}.${band.part}`}
      className="absolute rounded-lg border border-line border-dashed bg-canvas"
      style={{ left: band.x, top: band.y, width: band.width, height: band.height }}
    >
      <span className="flex h-6 items-center justify-between px-2 text-2xs text-muted">
        {band.part}
        {onAdd && !band.isEmpty && (
          <button
            type="button"
            tabIndex={-1}
            aria-label={t("Add a node to {{part}} of {{node}}", { part: band.part, node: node.label })}
            className="nodrag grid size-5 place-items-center rounded hover:bg-line hover:text-ink"
            onClick={() => onAdd(node.id, band.part)}
          >
            <Plus aria-hidden className="size-3.5" />
          </button>
        )}
      </span>
      {band.isEmpty &&
        (onAdd ? (
          <button
            type="button"
            tabIndex={-1}
            className="nodrag absolute inset-x-2 top-6 bottom-2 flex items-center justify-center gap-1.5 rounded-md text-muted text-xs hover:bg-line/50 hover:text-ink"
            onClick={() => onAdd(node.id, band.part)}
          >
            <Plus aria-hidden className="size-3.5" />
            {t("Add the first node")}
          </button>
        ) : (
          <span className="absolute inset-x-2 top-7 text-center text-muted text-xs">
            {t("Nothing in it yet")}
          </span>
        ))}
    </div>
  );
}

function Progress({ progress }: { progress: NodeProgress }) {
  const { label } = lookOf(progress.status);
  const isRunning = progress.status === "running";
  const times = {
    started_at: progress.startedAt,
    finished_at: progress.finishedAt,
    duration_ms: progress.durationMs,
  };
  return (
    <span className="flex shrink-0 flex-col items-end gap-0.5 text-2xs leading-4 text-muted">
      <span className="flex items-center gap-1" title={label}>
        {progress.attempt > 1 && (
          <span
            className="rounded bg-warn-soft px-1 text-warn"
            title={t("Attempt {{number}}", { number: progress.attempt })}
          >
            ×{progress.attempt}
          </span>
        )}
        <StatusIcon status={progress.status} />
        <span className="sr-only">{progress.retrying ? t("Waiting to retry") : label}</span>
      </span>
      <span>
        {progress.status === "skipped" ? t("skipped") : <Elapsed span={times} running={isRunning} />}
      </span>
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
        "pointer-events-none absolute rounded bg-canvas px-1 text-3xs leading-4",
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
      // It steps back, and can still be read.
      return "border-line-strong border-dashed text-muted";
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
    case "skipped":
    case "cancelled":
      return "bg-sunken text-muted opacity-60";
    default:
      return "bg-sunken text-muted";
  }
}

// One model on the canvas: its fields, what it refers to, and the port from which relations are drawn.

import { Handle, type Node, type NodeProps, Position, useStore } from "@xyflow/react";
import { CircleAlert, Database, KeyRound, Plus } from "lucide-react";
import { memo, useContext, useRef } from "react";
import { humanise } from "@/components/canvas/graph";
import { lineAt, useReorder } from "@/components/use-reorder";
import { cn } from "@/lib/cn";
import { Trans, t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { BOX_HEADER, BOX_WIDTH, type BoxRows, ROW } from "../arrangement";
import type { Model, Relation } from "../operations/document";
import { TypeIcon } from "../type-icon";
import { BoxEditingContext } from "./editing";

export interface BoxData extends Record<string, unknown> {
  model: Model;
  rows: BoxRows;
  height: number;
  /** The row that is chosen: `f name` or `r name`. */
  row: string | null;
  /** What is wrong, of the model itself and of its rows. */
  faults: readonly string[];
  rowFaults: Readonly<Record<string, string>>;
}

export type BoxNode = Node<BoxData, "model">;

/** From further away nothing but a name can be read, and many boxes are in sight. */
const FAR = 0.36;

export const ModelBox = memo(function ModelBox({ data, selected }: NodeProps<BoxNode>) {
  const { model, height, faults, rowFaults } = data;
  const editing = useContext(BoxEditingContext);
  const isFar = useStore((flow) => flow.transform[2] < FAR);
  const isFaulty = faults.length > 0 || Object.keys(rowFaults).length > 0;
  return (
    <div
      data-model={model.name}
      style={{ width: BOX_WIDTH, height }}
      className={cn(
        "relative flex flex-col rounded-xl border bg-raised shadow-xs",
        isFaulty ? "border-bad" : "border-line-strong",
        selected && "ring-2 ring-accent ring-offset-2 ring-offset-canvas",
      )}
    >
      {isFar ? (
        <span className="line-clamp-3 break-words p-3 font-medium text-far leading-tight">
          {titleOf(model)}
        </span>
      ) : (
        <Content data={data} isFaulty={isFaulty} />
      )}
      <Handle
        type="target"
        id="in"
        position={Position.Left}
        isConnectable={editing?.canRelate ?? false}
        className="lathe-target opacity-0"
        style={{ top: BOX_HEADER / 2 }}
      />
      {editing?.canRelate && (
        <Handle
          type="source"
          id="out"
          position={Position.Right}
          title={t("Drag to another model to relate the two, or press C")}
          className="lathe-source"
          style={{ top: BOX_HEADER / 2 }}
        />
      )}
    </div>
  );
});

function titleOf(model: Model): string {
  return textOf(model.label) ?? humanise(model.name);
}

const Content = memo(function Content({ data, isFaulty }: { data: BoxData; isFaulty: boolean }) {
  const { model, rows, row, faults, rowFaults } = data;
  const editing = useContext(BoxEditingContext);
  return (
    <>
      <div
        className="flex shrink-0 items-center gap-2 rounded-t-xl border-b border-line bg-sunken px-2.5"
        style={{ height: BOX_HEADER }}
      >
        <Database aria-hidden className="size-4 shrink-0 text-muted" />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium text-sm leading-5">{titleOf(model)}</span>
          <span className="block truncate font-mono text-2xs text-muted leading-4">{model.name}</span>
        </span>
        {isFaulty && <Fault message={faults.join("\n") || t("A field or relation has a problem")} />}
      </div>
      <Fields model={model} shown={rows.fields} row={row} faults={rowFaults} />
      {rows.relations.map((relation) => (
        <RelationRow
          key={relation.name}
          relation={relation}
          isChosen={row === `r ${relation.name}`}
          fault={rowFaults[`r ${relation.name}`]}
        />
      ))}
      {rows.hidden > 0 && (
        <span className="px-2.5 text-muted text-xs" style={{ height: ROW, lineHeight: `${ROW}px` }}>
          {t("and {{number}} more", { number: rows.hidden })}
        </span>
      )}
      {editing?.isReadOnly ? (
        <span className="mt-auto flex h-8 items-center border-t border-line px-2.5 text-muted text-xs">
          {t("{{count}} fields", { count: model.fields.length })}
        </span>
      ) : (
        <button
          type="button"
          tabIndex={-1}
          className="nodrag mt-auto flex h-8 items-center gap-1.5 rounded-b-xl border-t border-line px-2.5 text-muted text-xs hover:bg-sunken hover:text-ink"
          onClick={(event) => {
            event.stopPropagation();
            editing?.onAddField(model.name);
          }}
        >
          <Plus aria-hidden className="size-3.5" />
          <span>
            <Trans
              i18nKey="Add field<s> to {{model}}</s>"
              values={{ model: model.name }}
              components={{ s: <span className="sr-only" /> }}
            />
          </span>
        </button>
      )}
    </>
  );
});

interface FieldsProps {
  model: Model;
  shown: number;
  row: string | null;
  faults: Readonly<Record<string, string>>;
}

function Fields({ model, shown, row, faults }: FieldsProps) {
  const editing = useContext(BoxEditingContext);
  const list = useRef<HTMLDivElement>(null);
  const { moving, begin } = useReorder(list, (from, to) => editing?.onMoveField(model.name, from, to));
  return (
    <div ref={list} className="shrink-0">
      {model.fields.slice(0, shown).map((field, index) => (
        <button
          key={field.name}
          type="button"
          tabIndex={-1}
          data-row={field.name}
          // A finger does it in the list beside the canvas, where it means nothing else.
          onPointerDown={(event) =>
            event.pointerType !== "touch" && !editing?.isReadOnly && begin(index, event)
          }
          onClick={(event) => {
            event.stopPropagation();
            editing?.onField(model.name, field.name);
          }}
          style={{ height: ROW }}
          className={cn(
            "nodrag relative flex w-full cursor-pointer items-center gap-1.5 px-2.5 text-left text-xs",
            row === `f ${field.name}` ? "bg-accent-soft" : "hover:bg-sunken",
            moving?.from === index && "opacity-50",
          )}
        >
          <DropLine
            isShown={lineAt(moving, index)}
            isAfter={index === shown - 1 && lineAt(moving, index + 1)}
          />
          <TypeIcon type={field.type} />
          <span className="min-w-0 truncate">{field.name}</span>
          {field.required === true && <Required />}
          {field.unique === true && (
            <span className="shrink-0">
              <KeyRound aria-hidden className="size-3 text-muted" />
              <span className="sr-only">{t("unique")}</span>
            </span>
          )}
          <span className="ml-auto shrink-0 pl-1 font-mono text-2xs text-muted">{field.type}</span>
          <Fault message={faults[`f ${field.name}`]} />
        </button>
      ))}
    </div>
  );
}

/** Where a field would be put. */
export function DropLine({ isShown, isAfter }: { isShown: boolean; isAfter: boolean }) {
  if (!isShown && !isAfter) return null;
  return (
    <span
      aria-hidden
      className={cn("absolute inset-x-1 h-0.5 rounded bg-accent", isShown ? "-top-px" : "-bottom-px")}
    />
  );
}

interface RelationRowProps {
  relation: Relation;
  isChosen: boolean;
  fault: string | undefined;
}

function RelationRow({ relation, isChosen, fault }: RelationRowProps) {
  const editing = useContext(BoxEditingContext);
  return (
    <button
      type="button"
      tabIndex={-1}
      data-relation={relation.name}
      onClick={(event) => {
        event.stopPropagation();
        editing?.onRelation(relation);
      }}
      style={{ height: ROW }}
      className={cn(
        "nodrag flex w-full shrink-0 cursor-pointer items-center gap-1.5 px-2.5 text-left text-xs",
        isChosen ? "bg-accent-soft" : "hover:bg-sunken",
      )}
    >
      <TypeIcon type={relation.kind} />
      <span className="min-w-0 truncate">{relation.name}</span>
      {relation.required === true && <Required />}
      <span className="ml-auto min-w-0 max-w-[50%] truncate pl-1 font-mono text-2xs text-muted">
        {relation.kind === "n-n" ? "⇉" : "→"} {relation.target}
      </span>
      <Fault message={fault} />
    </button>
  );
}

function Required() {
  return (
    <span className="text-bad">
      <span aria-hidden>*</span>
      <span className="sr-only">{t("required")}</span>
    </span>
  );
}

function Fault({ message }: { message: string | undefined }) {
  if (message === undefined) return null;
  return (
    <span title={message} className="shrink-0">
      <CircleAlert aria-hidden className="size-3.5 text-bad" />
      <span className="sr-only">{t("Problem")}</span>
    </span>
  );
}

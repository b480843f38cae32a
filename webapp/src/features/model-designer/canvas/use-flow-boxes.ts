// What React Flow is given to draw. A box that did not change stays the same object, so that only what changed renders.

import { applyNodeChanges, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { BOX_HEADER, ROW, rowsOf } from "../arrangement";
import { modelOf } from "../operations/document";
import type { Problem } from "../problems";
import { type Chosen, type ModelStore, useModels } from "../store";
import type { BoxData, BoxNode } from "./model-box";
import type { RelationEdgeData } from "./relation-edge";

export function useFlowBoxes(store: ModelStore) {
  const document = useModels(store, (each) => each.draft.document);
  const arrangement = useModels(store, (each) => each.arrangement);
  const chosen = useModels(store, (each) => each.chosen);
  const problems = useModels(store, (each) => each.problems);
  const drawn = useMemo(() => {
    const boxes = document.models.map((model): BoxNode => {
      const { width, height } = arrangement.sizes.get(model.name) ?? { width: 0, height: 0 };
      return {
        id: model.name,
        type: "model",
        position: arrangement.places.get(model.name) ?? { x: 0, y: 0 },
        width,
        height,
        ariaLabel: `${model.name}, ${t("{{count}} fields", { count: model.fields.length })}`,
        data: {
          model,
          rows: rowsOf(model, document.relationships),
          height,
          row: rowOf(chosen, model.name),
          ...faultsOf(problems, model.name),
        },
      };
    });
    return boxes;
  }, [document, arrangement, chosen, problems]);
  const [kept, setKept] = useState(drawn);
  useEffect(() => setKept((before) => reuse(drawn, before)), [drawn]);
  const nodes = useMemo(() => {
    const models = new Set(chosen.field === null ? chosen.models : []);
    return kept.map((node) => {
      const selected = models.has(node.id);
      return (node.selected ?? false) === selected ? node : { ...node, selected };
    });
  }, [kept, chosen]);
  const boxes = useMemo(() => {
    const { places, sizes } = arrangement;
    return [...sizes].map(([id, size]) => ({ id, ...size, ...(places.get(id) ?? { x: 0, y: 0 }) }));
  }, [arrangement]);
  const edges = useMemo(
    () =>
      document.relationships
        .filter(({ source, target }) => modelOf(document, source) && modelOf(document, target))
        .map((relation): RelationEdgeData => {
          const { source, name, target } = relation;
          const model = modelOf(document, source);
          const rows = model && rowsOf(model, document.relationships);
          const at = rows?.relations.indexOf(relation) ?? -1;
          const place = (rows?.fields ?? 0) + (at < 0 ? (rows?.relations.length ?? 0) : at);
          const { relation: of } = chosen;
          return {
            id: `${source}.${name}`,
            type: "relation",
            source,
            sourceHandle: "out",
            target,
            targetHandle: "in",
            ariaLabel: t("Relation {{name}} from {{from}} to {{to}}", { name, from: source, to: target }),
            selected: of?.source === source && of.name === name,
            data: {
              relation,
              boxes,
              row: BOX_HEADER + place * ROW + ROW / 2,
              isFaulty: problems.some(
                (problem) => problem.of.relation?.source === source && problem.of.relation.name === name,
              ),
            },
          };
        }),
    [document, boxes, chosen, problems],
  );
  const change = useCallback((changes: NodeChange[]) => {
    const own = changes.filter((each) => each.type === "position" || each.type === "dimensions");
    if (own.length > 0) setKept((before) => applyNodeChanges(own as NodeChange<BoxNode>[], before));
  }, []);
  return { nodes, edges, change };
}

function rowOf({ models, field, relation }: Chosen, model: string): string | null {
  if (relation?.source === model) return `r ${relation.name}`;
  return field !== null && models[0] === model ? `f ${field}` : null;
}

function faultsOf(problems: readonly Problem[], model: string): Pick<BoxData, "faults" | "rowFaults"> {
  const faults: string[] = [];
  const rowFaults: Record<string, string> = {};
  for (const { of, message } of problems) {
    if (of.relation?.source === model) rowFaults[`r ${of.relation.name}`] = message;
    else if (of.model === model && of.field !== undefined) rowFaults[`f ${of.field}`] = message;
    else if (of.model === model) faults.push(message);
  }
  return { faults, rowFaults };
}

function reuse(fresh: readonly BoxNode[], before: readonly BoxNode[]): BoxNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  return fresh.map((node) => {
    const old = known.get(node.id);
    if (!old) return node;
    const data = sameData(old.data, node.data) ? old.data : node.data;
    const isThere = old.position.x === node.position.x && old.position.y === node.position.y;
    if (data === old.data && isThere && !old.dragging) return old;
    const sizeStays = old.width === node.width && old.height === node.height;
    return { ...node, data, ...(sizeStays && old.measured && { measured: old.measured }) };
  });
}

function sameData(one: BoxData, other: BoxData): boolean {
  return (
    one.model === other.model &&
    one.height === other.height &&
    one.row === other.row &&
    sameJson(one.rows, other.rows) &&
    sameJson(one.faults, other.faults) &&
    sameJson(one.rowFaults, other.rowFaults)
  );
}

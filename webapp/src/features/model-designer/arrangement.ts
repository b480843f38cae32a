// How large the boxes of models are and where they stand: saved places count, the others follow from the relations.
import type { Layout } from "@/api/types";
import { freePlace } from "@/components/canvas/arrange";
import type { Point, Size } from "@/components/canvas/geometry";
import type { Graph } from "@/components/canvas/graph";
import { placeGraph } from "@/components/canvas/layout";
import type { ApplicationDocument, Draft, Model, Relation } from "./operations/document";
import type { Operation } from "./operations/operation";

export const GRID = 8;
export const BOX_WIDTH = 248;
export const BOX_HEADER = 46;
export const ROW = 26;
const FOOTER = 32;
/** From one column of boxes to the next. */
export const COLUMN = BOX_WIDTH + 88;
const GAP = 32;
/** How much wider than high a drawing is meant to be. */
const WIDER = 1.4;
/** What a column may always be. */
const TALL = 1400;
/** A model with more of them says how many there are; the panel beside the canvas has them all. */
const MOST_ROWS = 16;

/** What a box shows of its model. */
export interface BoxRows {
  fields: number;
  relations: readonly Relation[];
  hidden: number;
}

export interface Arrangement {
  places: Map<string, Point>;
  sizes: Map<string, Size>;
}

export function rowsOf(model: Model, relations: readonly Relation[]): BoxRows {
  const own = relations.filter(({ source }) => source === model.name);
  const shown = own.slice(0, MOST_ROWS / 2);
  const fields = Math.min(model.fields.length, MOST_ROWS - shown.length);
  return { fields, relations: shown, hidden: model.fields.length - fields + own.length - shown.length };
}

export function boxSize(model: Model, relations: readonly Relation[]): Size {
  const { fields, relations: own, hidden } = rowsOf(model, relations);
  const rows = fields + own.length + (hidden > 0 ? 1 : 0);
  return { width: BOX_WIDTH, height: BOX_HEADER + rows * ROW + FOOTER };
}

export function arrange(document: ApplicationDocument, saved: Layout): Arrangement {
  const graph = graphOf(document);
  const sizes = sizesOf(document);
  const places = new Map<string, Point>();
  const known = document.models.filter(({ name }) => saved[name]);
  if (known.length === 0) return { places: placeAll(graph, sizes), sizes };
  for (const { name } of known) {
    const place = saved[name];
    if (place) places.set(name, { x: place.x, y: place.y });
  }
  for (const { name } of document.models)
    if (!places.has(name)) places.set(name, placeFor(name, document, { places, sizes }));
  return { places, sizes };
}

/** Right of what it has to do with, below all others there. */
function placeFor(name: string, document: ApplicationDocument, arrangement: Arrangement): Point {
  const { places, sizes } = arrangement;
  const relation = document.relationships.find(
    ({ source, target }) =>
      (source === name && places.has(target)) || (target === name && places.has(source)),
  );
  const other = relation && (relation.source === name ? relation.target : relation.source);
  const beside = other === undefined ? undefined : places.get(other);
  const wish = beside ? { x: beside.x + COLUMN, y: beside.y } : { x: 0, y: 0 };
  return freeFor(wish, document, name, { places, sizes });
}

/** The first place below a wish where no box is in the way. */
export function freeFor(
  wish: Point,
  document: ApplicationDocument,
  name: string,
  arrangement: Arrangement,
): Point {
  const size = arrangement.sizes.get(name) ?? { width: BOX_WIDTH, height: BOX_HEADER + ROW + FOOTER };
  const others = document.models.filter((model) => model.name !== name).map((model) => ({ id: model.name }));
  return snap(freePlace(wish, size, others, arrangement));
}

export function snap({ x, y }: Point): Point {
  return { x: Math.round(x / GRID) * GRID, y: Math.round(y / GRID) * GRID };
}

export function layoutOf(places: ReadonlyMap<string, Point>): Layout {
  return Object.fromEntries([...places].map(([name, place]) => [name, snap(place)]));
}

/** Gives every box the place that follows from the relations. */
export function tidy({ document, layout }: Draft): Operation[] {
  const places = layoutOf(placeAll(graphOf(document), sizesOf(document)));
  const moved = Object.entries(places).filter(
    ([name, { x, y }]) => layout[name]?.x !== x || layout[name]?.y !== y,
  );
  return moved.length > 0 ? [{ op: "move", places: Object.fromEntries(moved) }] : [];
}

/** Layers by relations; the models without any follow below, side by side. */
function placeAll(graph: Graph, sizes: Map<string, Size>): Map<string, Point> {
  const related = new Set(graph.edges.flatMap(({ from, to }) => [from, to]));
  const together = graph.nodes.filter(({ id }) => related.has(id));
  const { nodes } = placeGraph({ nodes: together, edges: graph.edges }, "right", sizes);
  const places = folded(nodes, sizes);
  const bottom = together.reduce(
    (lowest, { id }) => Math.max(lowest, (places.get(id)?.y ?? 0) + (sizes.get(id)?.height ?? 0)),
    0,
  );
  const alone = graph.nodes.filter(({ id }) => !related.has(id));
  const columns = Math.max(3, Math.ceil(Math.sqrt(alone.length * 1.5)));
  let y = bottom === 0 ? 0 : bottom + 56;
  for (let start = 0; start < alone.length; start += columns) {
    const row = alone.slice(start, start + columns);
    for (const [column, { id }] of row.entries()) places.set(id, { x: column * (BOX_WIDTH + 48), y });
    y += Math.max(...row.map(({ id }) => sizes.get(id)?.height ?? 0)) + 48;
  }
  return places;
}

type Column = [id: string, y: number][];

/** Layers fill a screen and not a strip: one that is too tall becomes several, and a long chain goes to and fro in rows. */
function folded(places: ReadonlyMap<string, Point>, sizes: ReadonlyMap<string, Size>): Map<string, Point> {
  const layers = new Map<number, Column>();
  for (const [id, { x, y }] of places) layers.set(x, [...(layers.get(x) ?? []), [id, y]]);
  const ordered = [...layers].sort(([one], [other]) => one - other).map(([, layer]) => layer);
  const heightOf = (id: string) => sizes.get(id)?.height ?? 0;
  const bottomOf = (column: Column) => Math.max(...column.map(([id, y]) => y + heightOf(id)));
  const area = [...places.keys()].reduce((sum, id) => sum + COLUMN * (heightOf(id) + GAP), 0);
  const tallest = Math.max(TALL, Math.sqrt(area * 0.8));
  const columns = ordered.flatMap((layer) => split(layer, tallest, heightOf));
  const isSplit = columns.length > ordered.length;
  const heights = columns.map((column) => bottomOf(column) - Math.min(...column.map(([, y]) => y)));
  const total = heights.reduce((sum, height) => sum + height + GAP, 0);
  const perRow = Math.ceil(Math.sqrt((total * WIDER) / COLUMN));
  const folded = new Map<string, Point>();
  let top = 0;
  for (let start = 0; start < columns.length; start += perRow) {
    const row = columns.slice(start, start + perRow);
    const isBack = (start / perRow) % 2 === 1;
    const least = Math.min(...row.flat().map(([, y]) => y));
    const height = Math.max(...row.map(bottomOf)) - least;
    for (const [index, column] of row.entries()) {
      const x = (isBack ? perRow - 1 - index : index) * COLUMN;
      // Columns that were put together anew have lost what they stood beside: they share their middle.
      const shift = isSplit ? (height - (bottomOf(column) - least)) / 2 : 0;
      for (const [id, y] of column) folded.set(id, { x, y: top + shift + y - least });
    }
    top += height + 2 * GAP;
  }
  return folded;
}

/** A layer as columns none of which is taller than it may be; one that is low enough stays as it is. */
function split(layer: Column, tallest: number, heightOf: (id: string) => number): Column[] {
  const boxes = [...layer].sort(([, one], [, other]) => one - other);
  const height = boxes.reduce((sum, [id]) => sum + heightOf(id) + GAP, 0);
  if (height <= tallest) return isLow(boxes, tallest, heightOf) ? [boxes] : [stacked(boxes, heightOf)];
  const share = height / Math.ceil(height / tallest);
  const columns: Column[] = [];
  let present: Column = [];
  let filled = 0;
  for (const box of boxes) {
    const next = heightOf(box[0]) + GAP;
    if (present.length > 0 && filled + next / 2 > share) {
      columns.push(stacked(present, heightOf));
      present = [];
      filled = 0;
    }
    present.push(box);
    filled += next;
  }
  return [...columns, stacked(present, heightOf)];
}

function isLow(boxes: Column, tallest: number, heightOf: (id: string) => number): boolean {
  return boxes.every(([id, y]) => y + heightOf(id) <= tallest * 1.5);
}

function stacked(boxes: Column, heightOf: (id: string) => number): Column {
  let y = 0;
  return boxes.map(([id]) => {
    const at = y;
    y += heightOf(id) + GAP;
    return [id, at];
  });
}

function sizesOf({ models, relationships }: ApplicationDocument): Map<string, Size> {
  return new Map(models.map((model) => [model.name, boxSize(model, relationships)]));
}

/** Models as the layout of canvases takes them; who refers stands left of what it refers to. */
export function graphOf({ models, relationships }: ApplicationDocument): Graph {
  const names = new Set(models.map(({ name }) => name));
  const whole = relationships.filter(
    ({ source, target }) => source !== target && names.has(source) && names.has(target),
  );
  return {
    nodes: models.map((model) => ({
      id: model.name,
      kind: "model",
      label: model.name,
      description: undefined,
      ports: ["out"],
      blocks: [],
      source: model,
    })),
    edges: whole.map(({ source, name, target }) => ({
      id: `${source}.${name}`,
      from: source,
      port: "out",
      to: target,
    })),
  };
}

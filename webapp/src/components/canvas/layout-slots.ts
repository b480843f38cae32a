// The words the layout speaks in: slots in layers, links between slots of neighbouring layers.

export interface Slot {
  id: string;
  /** Extent across the direction of the graph; a bend of an edge is a thin slot without thickness. */
  size: number;
  thickness: number;
  centre: number;
}

export interface Link {
  from: string;
  to: string;
  /** How far from the middle of its source the link leaves. */
  offset: number;
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

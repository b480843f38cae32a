// In which order the nodes of a large graph are drawn: what is seen first, then a few in each frame from near to far. All at
// once would hold the page for a third of a second, when it is opened or when the view goes so far that all are in it.

interface Box {
  id: string;
  position: { x: number; y: number };
  parentId?: string | undefined;
  width?: number | undefined;
  height?: number | undefined;
}

interface View {
  x: number;
  y: number;
  zoom: number;
}

/** The nodes that lie outside of a frame, the nearest first; those in blocks come with the node that holds them. */
export function outsideOf(
  nodes: readonly Box[],
  view: View,
  frame: { width: number; height: number },
): string[] {
  const distances = new Map<string, number>();
  for (const { id, parentId, position, width = 0, height = 0 } of nodes) {
    const ofHolder = parentId === undefined ? undefined : distances.get(parentId);
    const [left, top] = [position.x * view.zoom + view.x, position.y * view.zoom + view.y];
    const aside = Math.max(-(left + width * view.zoom), left - frame.width, 0);
    const above = Math.max(-(top + height * view.zoom), top - frame.height, 0);
    distances.set(id, ofHolder ?? aside + above);
  }
  return [...distances]
    .filter(([, distance]) => distance > 0)
    .toSorted(([, one], [, other]) => one - other)
    .map(([id]) => id);
}

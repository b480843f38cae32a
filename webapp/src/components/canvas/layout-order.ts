// Orders the slots within each layer so that few edges cross: repeated sorting by the mean place of neighbours.
import { groupBy, type Link, mean, type Slot } from "./layout-slots";

const SWEEPS = 16;
/** A port shifts an edge by less than one place, enough to order what leaves the same node. */
const PORT_WEIGHT = 0.004;

/** Reorders `layers` in place. */
export function orderLayers(layers: Slot[][], links: readonly Link[]): void {
  const incoming = groupBy(links, (link) => link.to);
  const outgoing = groupBy(links, (link) => link.from);
  let best = layers.map((layer) => [...layer]);
  let fewest = countCrossings(layers, links);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers : [...layers].reverse()) {
      const place = placesOf(layers);
      const around = (slot: Slot) =>
        forward
          ? (incoming.get(slot.id) ?? []).map(
              (link) => (place.get(link.from) ?? 0) + link.offset * PORT_WEIGHT,
            )
          : (outgoing.get(slot.id) ?? []).map(
              (link) => (place.get(link.to) ?? 0) - link.offset * PORT_WEIGHT,
            );
      const weights = new Map(
        layer.map((slot) => {
          const neighbours = around(slot);
          return [slot.id, neighbours.length > 0 ? mean(neighbours) : (place.get(slot.id) ?? 0)];
        }),
      );
      layer.sort((a, b) => (weights.get(a.id) ?? 0) - (weights.get(b.id) ?? 0));
    }
    const crossings = countCrossings(layers, links);
    if (crossings < fewest) {
      fewest = crossings;
      best = layers.map((layer) => [...layer]);
    }
  }
  for (const [index, layer] of best.entries()) layers[index] = layer;
}

export function countCrossings(layers: readonly Slot[][], links: readonly Link[]): number {
  const place = placesOf(layers);
  const rank = new Map(layers.flatMap((layer, index) => layer.map((slot) => [slot.id, index] as const)));
  let crossings = 0;
  for (const gap of groupBy(links, (link) => String(rank.get(link.from))).values()) {
    const ends = gap.map((link) => ({
      from: (place.get(link.from) ?? 0) + link.offset * PORT_WEIGHT,
      to: place.get(link.to) ?? 0,
    }));
    for (const [index, a] of ends.entries()) {
      for (const b of ends.slice(index + 1)) if ((a.from - b.from) * (a.to - b.to) < 0) crossings++;
    }
  }
  return crossings;
}

function placesOf(layers: readonly Slot[][]): Map<string, number> {
  return new Map(layers.flatMap((layer) => layer.map((slot, index) => [slot.id, index] as const)));
}

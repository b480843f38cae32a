// Draws slots towards their neighbours so that edges run straight, without two of a layer coming too close.
import { groupBy, type Link, mean, type Slot } from "./layout-slots";

const SWEEPS = 12;
const GAP = 32;
const CHAIN_WEIGHT = 1_000;

/** Sets the centre of every slot in place. */
export function straighten(layers: readonly Slot[][], links: readonly Link[]): void {
  const slots = new Map(layers.flat().map((slot) => [slot.id, slot]));
  const incoming = groupBy(links, (link) => link.to);
  const outgoing = groupBy(links, (link) => link.from);
  const centre = (id: string) => slots.get(id)?.centre ?? 0;
  const meanOfNeighbours = (slot: Slot) => {
    const around = [
      ...(incoming.get(slot.id) ?? []).map((link) => centre(link.from) + link.offset),
      ...(outgoing.get(slot.id) ?? []).map((link) => centre(link.to) - link.offset),
    ];
    return around.length > 0 ? mean(around) : slot.centre;
  };
  for (const layer of layers) {
    spread(
      layer,
      layer.map(() => 0),
    );
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      spread(layer, layer.map(meanOfNeighbours));
    }
  }
  // Means leave every chain slightly crooked; at last each slot lines up with the one it continues.
  const continued = chains(layers, links);
  for (const layer of layers) {
    spread(
      layer,
      layer.map((slot) => centre(continued.get(slot.id) ?? slot.id)),
      layer.map((slot) => (continued.has(slot.id) ? CHAIN_WEIGHT : 1)),
    );
  }
}

/** For each slot the one before it in the same straight line: the pairs that are each other's first choice. */
function chains(layers: readonly Slot[][], links: readonly Link[]): Map<string, string> {
  const isBend = new Map(layers.flat().map((slot) => [slot.id, slot.thickness === 0]));
  const place = new Map(layers.flatMap((layer) => layer.map((slot, index) => [slot.id, index] as const)));
  // A long edge must run straight through its bends; two nodes come next; an edge entering its bends can curve.
  const weight = (link: Link) => [2, 1, 3][Number(isBend.get(link.from)) + Number(isBend.get(link.to))] ?? 1;
  const choose = (group: readonly Link[], end: "from" | "to") => {
    const most = Math.max(...group.map(weight));
    const best = group.filter((link) => weight(link) === most);
    best.sort((a, b) => (place.get(a[end]) ?? 0) - (place.get(b[end]) ?? 0));
    // Of an even number there is no middle one, and the slot stays between them.
    return best.length % 2 === 1 ? best[(best.length - 1) / 2] : undefined;
  };
  const next = new Map(
    [...groupBy(links, (link) => link.from)].map(([id, group]) => [id, choose(group, "to")]),
  );
  const pairs = new Map<string, string>();
  for (const [id, group] of groupBy(links, (link) => link.to)) {
    const link = choose(group, "from");
    if (link && next.get(link.from) === link) pairs.set(id, link.from);
  }
  return pairs;
}

/**
 * The nearest centres to the wanted ones that keep order and distance: isotonic regression over blocks, in which
 * a heavier slot gives way less.
 */
function spread(layer: readonly Slot[], wanted: readonly number[], weights?: readonly number[]): void {
  const offsets: number[] = [];
  for (const [index, slot] of layer.entries()) {
    const above = layer[index - 1];
    offsets.push((offsets[index - 1] ?? 0) + (above ? (above.size + slot.size) / 2 + GAP : 0));
  }
  const blocks: { sum: number; weight: number; count: number }[] = [];
  for (const [index, want] of wanted.entries()) {
    const weight = weights?.[index] ?? 1;
    let block = { sum: (want - (offsets[index] ?? 0)) * weight, weight, count: 1 };
    for (
      let last = blocks.at(-1);
      last && last.sum / last.weight > block.sum / block.weight;
      last = blocks.at(-1)
    ) {
      block = {
        sum: block.sum + last.sum,
        weight: block.weight + last.weight,
        count: block.count + last.count,
      };
      blocks.pop();
    }
    blocks.push(block);
  }
  let index = 0;
  for (const block of blocks) {
    for (const end = index + block.count; index < end; index++) {
      const slot = layer[index];
      if (slot) slot.centre = block.sum / block.weight + (offsets[index] ?? 0);
    }
  }
}

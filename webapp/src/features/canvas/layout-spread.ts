// Draws slots towards their neighbours so that edges run straight, without two of a layer coming too close.
import { groupBy, type Link, mean, type Slot } from "./layout-slots";

const SWEEPS = 12;
const GAP = 32;

/** Sets the centre of every slot in place. */
export function straighten(layers: readonly Slot[][], links: readonly Link[]): void {
  const slots = new Map(layers.flat().map((slot) => [slot.id, slot]));
  const incoming = groupBy(links, (link) => link.to);
  const outgoing = groupBy(links, (link) => link.from);
  const centre = (id: string) => slots.get(id)?.centre ?? 0;
  for (const layer of layers) {
    spread(
      layer,
      layer.map(() => 0),
    );
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      const wanted = layer.map((slot) => {
        const around = [
          ...(incoming.get(slot.id) ?? []).map((link) => centre(link.from) + link.offset),
          ...(outgoing.get(slot.id) ?? []).map((link) => centre(link.to) - link.offset),
        ];
        return around.length > 0 ? mean(around) : slot.centre;
      });
      spread(layer, wanted);
    }
  }
}

/** The nearest centres to the wanted ones that keep order and distance (isotonic regression over blocks). */
function spread(layer: readonly Slot[], wanted: readonly number[]): void {
  const offsets: number[] = [];
  for (const [index, slot] of layer.entries()) {
    const above = layer[index - 1];
    offsets.push((offsets[index - 1] ?? 0) + (above ? (above.size + slot.size) / 2 + GAP : 0));
  }
  const blocks: { sum: number; count: number }[] = [];
  for (const [index, want] of wanted.entries()) {
    let block = { sum: want - (offsets[index] ?? 0), count: 1 };
    for (
      let last = blocks.at(-1);
      last && last.sum / last.count > block.sum / block.count;
      last = blocks.at(-1)
    ) {
      block = { sum: block.sum + last.sum, count: block.count + last.count };
      blocks.pop();
    }
    blocks.push(block);
  }
  let index = 0;
  for (const block of blocks) {
    for (const end = index + block.count; index < end; index++) {
      const slot = layer[index];
      if (slot) slot.centre = block.sum / block.count + (offsets[index] ?? 0);
    }
  }
}

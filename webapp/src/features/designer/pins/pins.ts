// What is pinned to nodes, and changes of it: pure, so that what two people pin at once comes together the same way everywhere.
import { isRecord } from "@/lib/json";

/** What a node gives in a trial run in place of running. */
export interface Pin {
  output: unknown;
  port?: string;
}

export type Pins = Readonly<Record<string, Pin>>;

/** What was pinned anew, by node; null where it was unpinned. */
export type PinChanges = Readonly<Record<string, Pin | null>>;

export function withChanges(pins: Pins, changes: PinChanges): Pins {
  const all = { ...pins, ...changes };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Pin] => entry[1] !== null));
}

/** What is left of the changes once these have been sent; what was changed again meanwhile stays. */
export function withoutSent(changes: PinChanges, sent: PinChanges): PinChanges {
  return Object.fromEntries(
    Object.entries(changes).filter(([node, pin]) => !(node in sent) || pin !== sent[node]),
  );
}

/** Only those of nodes that are there: a run is refused that is given others. */
export function pinsOf(pins: Pins, nodes: ReadonlySet<string>): Pins {
  return Object.fromEntries(Object.entries(pins).filter(([node]) => nodes.has(node)));
}

/** Reads what was kept or sent; what is no pin is left out. */
export function readChanges(value: unknown): PinChanges {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([node, pin]): [string, Pin | null][] => {
      if (pin === null) return [[node, null]];
      if (!isRecord(pin)) return [];
      const port = typeof pin.port === "string" ? { port: pin.port } : {};
      return [[node, { output: pin.output ?? null, ...port }]];
    }),
  );
}

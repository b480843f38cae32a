// Moving nodes about: the layout alone changes.
import type { Draft } from "./document";
import type { Applied, Operation } from "./operation";

type Places = Extract<Operation, { op: "move" }>["places"];

export function applyMove(draft: Draft, { places }: { places: Places }): Applied {
  const layout = { ...draft.layout };
  const before: Places = {};
  for (const [id, place] of Object.entries(places)) {
    before[id] = layout[id] ?? null;
    if (place) layout[id] = place;
    else delete layout[id];
  }
  return { draft: { ...draft, layout }, inverse: [{ op: "move", places: before }] };
}

// Somebody else has saved the record meanwhile: what both changed is chosen one by one, and the rest is brought together.
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { WholeValue } from "./cell";
import type { Versioned } from "./client";
import { columnsOf } from "./columns";
import { type Draft, draftOf, readDraft } from "./draft";
import { useHost } from "./host";
import type { Model } from "./manifest";
import { merge } from "./merge";

export interface ConflictState {
  theirs: Versioned;
  begun: Draft;
  yours: Draft;
}

interface ConflictProps {
  model: Model;
  state: ConflictState;
  onResolve: (draft: Draft, theirs: Versioned) => void;
  onClose: () => void;
}

export function Conflict({ model, state, onResolve, onClose }: ConflictProps) {
  const { words, manner } = useHost();
  const { theirs, begun, yours } = state;
  const theirDraft = draftOf(model, theirs.record, manner);
  const { draft, contested, taken } = merge(begun, yours, theirDraft);
  const [picked, setPicked] = useState<Record<string, "theirs" | "yours">>({});
  const columns = columnsOf(model);
  const labelOf = (key: string) => columns.find((column) => column.key === key)?.label ?? key;
  const mine = readDraft(model, yours, null, manner.zone).document;
  const finish = () => {
    const chosen = contested.map((key) => [
      key,
      picked[key] === "theirs" ? (theirDraft[key] ?? "") : (yours[key] ?? ""),
    ]);
    onResolve({ ...draft, ...Object.fromEntries(chosen) }, theirs);
  };
  return (
    <Dialog title={words.conflictTitle} onClose={onClose}>
      <div className="space-y-4 text-sm">
        <p className="text-muted">{contested.length > 0 ? words.conflictText : words.conflictNone}</p>
        {contested.map((key) => {
          const column = columns.find((each) => each.key === key);
          return (
            <fieldset key={key} className="space-y-1.5">
              <legend className="font-medium">{labelOf(key)}</legend>
              <div className="grid gap-2 sm:grid-cols-2">
                {(["theirs", "yours"] as const).map((side) => (
                  <label
                    key={side}
                    className="flex min-w-0 cursor-pointer gap-2 rounded-md border border-line-strong p-2.5 has-checked:border-accent has-checked:bg-accent-soft"
                  >
                    <input
                      type="radio"
                      name={key}
                      checked={(picked[key] ?? "yours") === side}
                      onChange={() => setPicked({ ...picked, [key]: side })}
                      className="mt-0.5 size-4 shrink-0 accent-accent"
                    />
                    <span className="min-w-0 flex-1">
                      <span className="block text-xs text-muted">{words[side]}</span>
                      {column && (
                        <WholeValue
                          column={column}
                          value={side === "theirs" ? theirs.record[key] : (mine[key] ?? yours[key])}
                        />
                      )}
                    </span>
                  </label>
                ))}
              </div>
            </fieldset>
          );
        })}
        {taken.length > 0 && (
          <p className="text-muted">{words.conflictTaken(taken.map(labelOf).join(", "))}</p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{words.back}</Button>
          <Button weight="primary" onClick={finish}>
            {words.saveBoth}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

// The fields of a model to choose from and to put in order, by drag or with Alt and the arrow keys.

import { CircleAlert, GripVertical, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/components/button";
import { lineAt, useReorder } from "@/components/use-reorder";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { DropLine } from "../canvas/model-box";
import type { Model } from "../operations/document";
import { problemsOf } from "../problems";
import { type ModelStore, useModels } from "../store";
import { TypeIcon } from "../type-icon";
import { ForEditing } from "./controls";

interface FieldListProps {
  store: ModelStore;
  model: Model;
  onAdd: (model: string) => void;
}

export function FieldList({ store, model, onAdd }: FieldListProps) {
  const problems = useModels(store, (each) => each.problems);
  /** For who does not see where it went. */
  const [said, setSaid] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const move = (from: number, to: number) => {
    const field = model.fields[from]?.name;
    if (field === undefined || to < 0 || to >= model.fields.length) return;
    store.perform(t("Move {{field}}", { field }), [{ op: "move_field", model: model.name, field, at: to }]);
    setSaid(
      t("{{field}} is field {{place}} of {{all}} now.", { field, place: to + 1, all: model.fields.length }),
    );
  };
  const { moving, begin } = useReorder(list, move);
  const last = model.fields.length - 1;
  return (
    <div className="space-y-1.5">
      <ul
        ref={list}
        aria-label={t("Fields of {{name}}", { name: model.name })}
        className="rounded-md border border-line"
      >
        {model.fields.map((field, index) => {
          const faults = problemsOf(problems, { model: model.name, field: field.name });
          return (
            <li
              key={field.name}
              data-row={field.name}
              className={cn(
                "relative flex items-center border-line not-first:border-t",
                moving?.from === index && "opacity-50",
              )}
            >
              <DropLine
                isShown={lineAt(moving, index)}
                isAfter={index === last && lineAt(moving, index + 1)}
              />
              <ForEditing>
                <span
                  aria-hidden
                  className="flex h-9 w-7 shrink-0 cursor-grab touch-none items-center justify-center text-muted pointer-coarse:h-11"
                  onPointerDown={(event) => begin(index, event)}
                >
                  <GripVertical className="size-3.5" />
                </span>
              </ForEditing>
              <button
                type="button"
                className="flex min-h-9 min-w-0 flex-1 items-center gap-2 py-1 pr-2.5 text-left first:pl-2.5 text-sm -outline-offset-2 hover:bg-canvas pointer-coarse:min-h-11"
                aria-keyshortcuts={store.isReadOnly ? undefined : "Alt+ArrowUp Alt+ArrowDown"}
                onClick={() => store.selectField(model.name, field.name)}
                onKeyDown={(event) => {
                  const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
                  if (!event.altKey || step === 0 || store.isReadOnly) return;
                  event.preventDefault();
                  move(index, index + step);
                }}
              >
                <TypeIcon type={field.type} />
                <span className="min-w-0 truncate">{field.name}</span>
                {field.required === true && (
                  <span className="text-bad">
                    <span aria-hidden>*</span>
                    <span className="sr-only">{t("required")}</span>
                  </span>
                )}
                <span className="ml-auto shrink-0 font-mono text-muted text-xs">{field.type}</span>
                {faults.length > 0 && (
                  <span title={faults.join("\n")}>
                    <CircleAlert aria-hidden className="size-4 text-bad" />
                    <span className="sr-only">{t("{{count}} problems", { count: faults.length })}</span>
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      <span role="status" className="sr-only">
        {said}
      </span>
      <ForEditing>
        <Button onClick={() => onAdd(model.name)}>
          <Plus aria-hidden />
          {t("Add field")}
        </Button>
      </ForEditing>
    </div>
  );
}

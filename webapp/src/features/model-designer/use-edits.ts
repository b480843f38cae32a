// What adds something to the models, and chooses it then, so that its name is typed next.

import { type RefObject, useMemo } from "react";
import type { Point } from "@/components/canvas/geometry";
import type { CanvasHandle } from "@/components/canvas/use-canvas-handle";
import { t } from "@/lib/i18n";
import { COLUMN, freeFor } from "./arrangement";
import { copyOfModel, newField, newModel, newRelation } from "./gestures";
import { type Model, modelOf } from "./operations/document";
import type { Operation } from "./operations/operation";
import type { ModelStore } from "./store";

export function useEdits(store: ModelStore, canvas: RefObject<CanvasHandle | null>, inspect: () => void) {
  return useMemo(() => {
    const put = (model: Model, wish: Point, title: string, more: Operation[] = []) => {
      const place = freeFor(wish, store.document, model.name, store.arrangement);
      if (!store.perform(title, [{ op: "add_model", model, place }, ...more])) return;
      store.select([model.name]);
      canvas.current?.focus(model.name);
    };
    return {
      addModel: (place?: Point, relatedTo?: string) => {
        const model = newModel(store.document);
        const { document } = store;
        const grown = { ...document, models: [...document.models, model] };
        const relation = relatedTo === undefined ? undefined : newRelation(grown, relatedTo, model.name);
        put(
          model,
          place ?? besides(store),
          t("Add {{name}}", { name: model.name }),
          relation ? [{ op: "relate", relation }] : [],
        );
      },
      addField: (model: string) => {
        const field = newField(store.document, model);
        if (!store.perform(t("Add a field to {{model}}", { model }), [{ op: "add_field", model, field }]))
          return;
        store.selectField(model, field.name);
        inspect();
      },
      duplicate: (name: string) => {
        const model = modelOf(store.document, name);
        const place = store.arrangement.places.get(name);
        if (model && place)
          put(
            copyOfModel(store.document, model),
            { x: place.x + 40, y: place.y + 40 },
            t("Duplicate {{name}}", { name }),
          );
      },
      relate: (source: string, target: string) => {
        const relation = newRelation(store.document, source, target);
        if (
          !store.perform(t("Relate {{source}} to {{target}}", { source, target }), [
            { op: "relate", relation },
          ])
        )
          return;
        store.selectRelation(relation);
        inspect();
      },
    };
  }, [store, canvas, inspect]);
}

/** Right of what is chosen, or of everything. */
function besides(store: ModelStore): Point {
  const boxes = store.boxes();
  const chosen = boxes.find(({ id }) => id === store.chosen.models[0]);
  if (chosen) return { x: chosen.x + COLUMN, y: chosen.y };
  const right = boxes.reduce((most, { x }) => Math.max(most, x + COLUMN), 0);
  return { x: right, y: boxes[0]?.y ?? 0 };
}

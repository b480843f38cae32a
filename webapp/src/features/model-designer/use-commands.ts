// The list of all commands for what is chosen now.
import { type RefObject, useMemo } from "react";
import {
  helpCommands,
  nudgeCommands,
  undoCommands,
  walkCommands,
  zoomCommands,
} from "@/components/canvas/canvas-commands";
import type { CanvasHandle } from "@/components/canvas/use-canvas-handle";
import type { Command } from "@/lib/commands";
import { GRID, tidy } from "./arrangement";
import { removeChosen } from "./gestures";
import { modelOf } from "./operations/document";
import { type ModelStore, useModels } from "./store";

export type Overlay = "commands" | "relate" | "relations" | "keys" | "changes" | null;

export interface CommandContext {
  store: ModelStore;
  canvas: RefObject<CanvasHandle | null>;
  show: (overlay: Overlay) => void;
  addModel: () => void;
  addField: (model: string) => void;
  duplicate: (model: string) => void;
  save: () => void;
  inspect: () => void;
  leave: () => void;
  toggleCode: () => void;
  toggleForm: () => void;
}

export function useCommands(context: CommandContext): Command[] {
  const { store } = context;
  const chosen = useModels(store, (each) => each.chosen);
  const history = useModels(store, (each) => each.history);
  return useMemo(() => {
    const { show, canvas } = context;
    const { models, field, relation } = chosen;
    const [first] = models;
    const one = models.length === 1 ? first : undefined;
    const isApplication = store.home === "application";
    const hasModels = store.document.models.length > 0;
    const what = relation
      ? `the relation ${relation.name}`
      : field !== null
        ? `the field ${field}`
        : models.length > 1
          ? `${models.length} models`
          : (first ?? "what is chosen");
    const edit: Command[] = [
      {
        id: "add",
        title: "Add a model",
        group: "Edit",
        keys: ["tab", "/"],
        enabled: isApplication,
        run: context.addModel,
      },
      {
        id: "add-field",
        title: `Add a field to ${one ?? "a model"}`,
        group: "Edit",
        keys: ["f"],
        enabled: one !== undefined,
        run: () => one !== undefined && context.addField(one),
      },
      {
        id: "relate",
        title: `Relate ${one ?? "a model"} to…`,
        group: "Edit",
        keys: ["c"],
        enabled: isApplication && one !== undefined,
        run: () => show("relate"),
      },
      {
        id: "relations",
        title: `Choose a relation of ${one ?? "a model"}…`,
        group: "Edit",
        keys: ["r"],
        enabled: isApplication && one !== undefined,
        run: () => show("relations"),
      },
      ...fieldMoves(store, one, field),
      {
        id: "delete",
        title: `Delete ${what}`,
        group: "Edit",
        keys: ["delete", "backspace"],
        enabled: relation !== null || field !== null || (isApplication && models.length > 0),
        run: () => store.perform(`Delete ${what}`, removeChosen(store.draft, models, field, relation)),
      },
      {
        id: "duplicate",
        title: `Duplicate ${one ?? "a model"}`,
        group: "Edit",
        keys: ["mod+d"],
        enabled: isApplication && one !== undefined && field === null,
        run: () => one !== undefined && context.duplicate(one),
      },
      {
        id: "inspect",
        title: `Edit the settings of ${first === undefined && !relation ? "the application" : what}`,
        group: "Edit",
        keys: ["enter"],
        enabled: true,
        run: context.inspect,
      },
      ...undoCommands(store, history),
    ];
    const arrange: Command[] = [
      {
        id: "tidy",
        title: "Tidy up all boxes",
        group: "Arrange",
        keys: ["shift+l"],
        enabled: isApplication && hasModels,
        run: () => {
          store.perform("Tidy up", tidy(store.draft));
          canvas.current?.fit();
        },
      },
      ...nudgeCommands({
        ids: models,
        distance: 2 * GRID,
        places: () => store.arrangement.places,
        move: (places, gesture) => store.perform("Move", [{ op: "move", places }], gesture),
      }),
    ];
    const view: Command[] = [
      {
        id: "all",
        title: "Select all models",
        group: "View",
        keys: ["mod+a"],
        enabled: hasModels,
        run: () => store.select(store.document.models.map(({ name }) => name)),
      },
      ...zoomCommands(canvas, { title: "Show all models", enabled: hasModels }),
      ...walkCommands({
        what: "model",
        from: one,
        enabled: hasModels,
        boxes: () => store.boxes(),
        go: (name) => {
          store.select([name]);
          canvas.current?.focus(name);
        },
      }),
      {
        id: "form",
        title: "Canvas or form",
        group: "View",
        keys: ["shift+f"],
        enabled: true,
        run: context.toggleForm,
      },
      {
        id: "code",
        title: "Show or hide the text",
        group: "View",
        keys: ["shift+e"],
        enabled: true,
        run: context.toggleCode,
      },
      {
        id: "changes",
        title: "What is not saved yet",
        group: "View",
        keys: ["shift+v"],
        enabled: true,
        run: () => show("changes"),
      },
      {
        id: "leave",
        title: models.length > 0 || relation ? "Choose less" : "Leave the canvas",
        group: "View",
        keys: ["escape"],
        enabled: true,
        run: context.leave,
      },
    ];
    const whole: Command[] = [
      { id: "save", title: "Save", group: "Models", keys: ["mod+s"], enabled: true, run: context.save },
      ...helpCommands(show),
    ];
    return [...edit, ...arrange, ...whole, ...view];
  }, [context, store, chosen, history]);
}

function fieldMoves(store: ModelStore, model: string | undefined, field: string | null): Command[] {
  const ways: [string, string, number][] = [
    ["up", "alt+arrowup", -1],
    ["down", "alt+arrowdown", 1],
  ];
  return ways.map(([way, keys, step]) => ({
    id: `field-${way}`,
    title: `Move the field ${way}`,
    group: "Edit",
    keys: [keys],
    enabled: model !== undefined && field !== null,
    run: () => {
      if (model === undefined || field === null) return;
      const fields = modelOf(store.document, model)?.fields ?? [];
      const at = fields.findIndex(({ name }) => name === field) + step;
      if (at >= 0 && at < fields.length)
        store.perform(`Move ${field}`, [{ op: "move_field", model, field, at }]);
    },
  }));
}

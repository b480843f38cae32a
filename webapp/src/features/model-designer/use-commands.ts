// The list of all commands for what is chosen now.

import { type RefObject, useMemo } from "react";
import {
  helpCommands,
  nudgeCommands,
  undoCommands,
  walkCommands,
  zoomCommands,
} from "@/components/canvas/canvas-commands";
import { partCommands } from "@/components/canvas/parts";
import type { CanvasHandle } from "@/components/canvas/use-canvas-handle";
import type { Command } from "@/lib/commands";
import { t } from "@/lib/i18n";
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
      ? t("the relation {{name}}", { name: relation.name })
      : field !== null
        ? t("the field {{field}}", { field })
        : models.length > 1
          ? t("{{count}} models", { count: models.length })
          : (first ?? t("what is chosen"));
    const subject = first === undefined && !relation ? t("the application") : what;
    const edit: Command[] = [
      {
        id: "add",
        title: t("Add a model"),
        group: t("Edit"),
        keys: ["tab", "/"],
        enabled: isApplication,
        run: context.addModel,
      },
      {
        id: "add-field",
        title: t("Add a field to {{model}}", { model: one ?? t("a model") }),
        group: t("Edit"),
        keys: ["f"],
        enabled: one !== undefined,
        run: () => one !== undefined && context.addField(one),
      },
      {
        id: "relate",
        title: t("Relate {{model}} to…", { model: one ?? t("a model") }),
        group: t("Edit"),
        keys: ["c"],
        enabled: isApplication && one !== undefined,
        run: () => show("relate"),
      },
      {
        id: "relations",
        title: t("Choose a relation of {{model}}…", { model: one ?? t("a model") }),
        group: t("Edit"),
        keys: ["r"],
        enabled: isApplication && one !== undefined,
        run: () => show("relations"),
      },
      ...fieldMoves(store, one, field),
      {
        id: "delete",
        title: t("Delete {{what}}", { what }),
        group: t("Edit"),
        keys: ["delete", "backspace"],
        enabled: relation !== null || field !== null || (isApplication && models.length > 0),
        run: () =>
          store.perform(t("Delete {{what}}", { what }), removeChosen(store.draft, models, field, relation)),
      },
      {
        id: "duplicate",
        title: t("Duplicate {{model}}", { model: one ?? t("a model") }),
        group: t("Edit"),
        keys: ["mod+d"],
        enabled: isApplication && one !== undefined && field === null,
        run: () => one !== undefined && context.duplicate(one),
      },
      {
        id: "inspect",
        title: store.isReadOnly
          ? t("Show the settings of {{what}}", { what: subject })
          : t("Edit the settings of {{what}}", { what: subject }),
        group: t("Edit"),
        keys: ["enter"],
        enabled: true,
        run: context.inspect,
      },
      ...undoCommands(store, history),
    ];
    const arrange: Command[] = [
      {
        id: "tidy",
        title: t("Tidy up all boxes"),
        group: t("Arrange"),
        keys: ["shift+l"],
        enabled: isApplication && hasModels,
        run: () => {
          store.perform(t("Tidy up"), tidy(store.draft));
          canvas.current?.fit();
        },
      },
      ...nudgeCommands({
        ids: models,
        distance: 2 * GRID,
        places: () => store.arrangement.places,
        move: (places, gesture) => store.perform(t("Move"), [{ op: "move", places }], gesture),
      }),
    ];
    const view: Command[] = [
      {
        id: "all",
        title: t("Select all models"),
        group: t("View"),
        keys: ["mod+a"],
        enabled: hasModels,
        run: () => store.select(store.document.models.map(({ name }) => name)),
      },
      ...zoomCommands(canvas, { title: t("Show all models"), enabled: hasModels }),
      ...walkCommands({
        what: t("model"),
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
        title: t("Canvas or form"),
        group: t("View"),
        keys: ["shift+f"],
        enabled: true,
        run: context.toggleForm,
      },
      {
        id: "code",
        title: t("Show or hide the text"),
        group: t("View"),
        keys: ["shift+e"],
        enabled: true,
        run: context.toggleCode,
      },
      {
        id: "changes",
        title: t("What is not saved yet"),
        group: t("View"),
        keys: ["shift+v"],
        enabled: true,
        run: () => show("changes"),
      },
      ...partCommands(),
      {
        id: "leave",
        title: models.length > 0 || relation ? t("Choose less") : t("Leave the canvas"),
        group: t("View"),
        keys: ["escape"],
        enabled: true,
        run: context.leave,
      },
    ];
    const whole: Command[] = [
      { id: "save", title: t("Save"), group: t("Models"), keys: ["mod+s"], enabled: true, run: context.save },
      ...helpCommands(show),
    ];
    if (store.isReadOnly) {
      const looks = edit.filter(({ id }) => id === "relations" || id === "inspect");
      return [...helpCommands(show), ...view.filter(({ id }) => id !== "changes"), ...looks];
    }
    return [...edit, ...arrange, ...whole, ...view];
  }, [context, store, chosen, history]);
}

function fieldMoves(store: ModelStore, model: string | undefined, field: string | null): Command[] {
  const ways: [string, string, string, number][] = [
    ["up", t("Move the field up"), "alt+arrowup", -1],
    ["down", t("Move the field down"), "alt+arrowdown", 1],
  ];
  return ways.map(([way, title, keys, step]) => ({
    id: `field-${way}`,
    title,
    group: t("Edit"),
    keys: [keys],
    enabled: model !== undefined && field !== null,
    run: () => {
      if (model === undefined || field === null) return;
      const fields = modelOf(store.document, model)?.fields ?? [];
      const at = fields.findIndex(({ name }) => name === field) + step;
      if (at >= 0 && at < fields.length)
        store.perform(t("Move {{field}}", { field }), [{ op: "move_field", model, field, at }]);
    },
  }));
}

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
import { t } from "@/lib/i18n";
import { align, GRID, nextPort, removeNodes, type Target, tidy } from "./gestures";
import { locate, PARTS } from "./operations/document";
import type { DesignerStore } from "./store";
import { useDesigner } from "./store";
import { duplicate } from "./use-clipboard";

export type Overlay = "palette" | "commands" | "connect" | "edges" | "blocks" | "keys" | null;

interface CommandContext {
  store: DesignerStore;
  canvas: RefObject<CanvasHandle | null>;
  show: (overlay: Overlay, target?: Target) => void;
  save: () => void;
  run: (only?: string) => void;
  addNote: () => void;
  inspect: () => void;
  leave: () => void;
  toggleCode: () => void;
  toggleVersions: () => void;
}

export function useCommands(context: CommandContext): Command[] {
  const { store } = context;
  const selection = useDesigner(store, (each) => each.selection);
  const edge = useDesigner(store, (each) => each.edge);
  const history = useDesigner(store, (each) => each.history);
  const hasNodes = useDesigner(store, (each) => each.graph.nodes.length > 0);
  const isSaved = useDesigner(store, (each) => each.base.id !== undefined);
  return useMemo(() => {
    const { canvas, show } = context;
    const [first] = selection;
    const one = selection.length === 1 ? first : undefined;
    const focus = (id: string | undefined) => id !== undefined && canvas.current?.focus(id);
    const edit: Command[] = [
      {
        id: "add",
        title: one
          ? t("Add a node after {{node}}", { node: one })
          : edge
            ? t("Insert a node here")
            : t("Add a node"),
        group: t("Edit"),
        keys: ["tab", "/"],
        enabled: true,
        run: () => show("palette", targetOf(store, one)),
      },
      {
        id: "connect",
        title: t("Connect {{node}} to…", { node: one ?? t("a node") }),
        group: t("Edit"),
        keys: ["c"],
        enabled: one !== undefined,
        run: () => show("connect"),
      },
      {
        id: "disconnect",
        title: t("Remove an edge of {{node}}…", { node: one ?? t("a node") }),
        group: t("Edit"),
        keys: ["shift+c"],
        enabled: one !== undefined,
        run: () => show("edges"),
      },
      {
        id: "delete",
        title: edge
          ? t("Delete this edge")
          : selection.length > 1
            ? t("Delete {{count}} nodes", { count: selection.length })
            : t("Delete {{what}}", { what: first ?? t("what is chosen") }),
        group: t("Edit"),
        keys: ["delete", "backspace"],
        enabled: selection.length > 0 || edge !== null,
        run: () => {
          if (edge) store.perform(t("Delete the edge"), [{ op: "disconnect", ...edge }]);
          else store.perform(t("Delete"), removeNodes(store.draft, selection));
        },
      },
      {
        id: "duplicate",
        title:
          selection.length > 1
            ? t("Duplicate {{count}} nodes", { count: selection.length })
            : t("Duplicate {{name}}", { name: first ?? t("what is chosen") }),
        group: t("Edit"),
        keys: ["mod+d"],
        enabled: selection.length > 0,
        run: () => {
          const ids = duplicate(store);
          if (!ids) return;
          store.select(ids);
          focus(ids[0]);
        },
      },
      {
        id: "note",
        title: t("Add a note"),
        group: t("Edit"),
        keys: ["n"],
        enabled: true,
        run: context.addNote,
      },
      {
        id: "inspect",
        title: t("Edit the settings of {{what}}", { what: one ?? t("the workflow") }),
        group: t("Edit"),
        keys: ["enter"],
        enabled: true,
        run: context.inspect,
      },
      ...undoCommands(store, history),
    ];
    const found = one === undefined ? undefined : locate(store.draft.document, one);
    const blocks: Command[] = [
      ...PARTS.filter((part) => found?.node[part]).map((part, index) => ({
        id: `into-${part}`,
        title: t("Add a node to {{part}} of {{node}}", { part, node: one }),
        group: t("Edit"),
        ...(index === 0 && { keys: ["b"] }),
        enabled: true,
        run: () => show("palette", { in: { node: one ?? "", part } }),
      })),
      {
        id: "put",
        title: t("Put {{what}} into another block…", {
          what:
            selection.length > 1 ? t("{{count}} nodes", { count: selection.length }) : (first ?? t("nodes")),
        }),
        group: t("Edit"),
        keys: ["shift+b"],
        enabled: selection.length > 0,
        run: () => show("blocks"),
      },
    ];
    const arrange: Command[] = [
      {
        id: "tidy",
        title: t("Tidy up the whole graph"),
        group: t("Arrange"),
        keys: ["shift+l"],
        enabled: hasNodes,
        run: () => {
          store.perform(t("Tidy up"), tidy(store.graph));
          canvas.current?.fit();
        },
      },
      {
        id: "align-top",
        title: t("Align at the top"),
        group: t("Arrange"),
        keys: ["shift+t"],
        enabled: selection.length > 1,
        run: () => store.perform(t("Align"), align(selection, "top", store.arrangement)),
      },
      {
        id: "align-left",
        title: t("Align at the left"),
        group: t("Arrange"),
        keys: ["shift+i"],
        enabled: selection.length > 1,
        run: () => store.perform(t("Align"), align(selection, "left", store.arrangement)),
      },
      ...nudgeCommands({
        ids: selection,
        distance: GRID,
        places: () => store.arrangement.places,
        move: (places, gesture) => store.perform(t("Move"), [{ op: "move", places }], gesture),
      }),
    ];
    const view: Command[] = [
      {
        id: "all",
        title: t("Select all nodes"),
        group: t("View"),
        keys: ["mod+a"],
        enabled: hasNodes,
        run: () => store.select(store.graph.nodes.map((node) => node.id)),
      },
      ...zoomCommands(canvas, { title: t("Show the whole graph"), enabled: hasNodes }),
      ...walkCommands({
        what: t("node"),
        from: one,
        enabled: hasNodes,
        boxes: () => store.boxes(),
        go: (id) => {
          store.select([id]);
          focus(id);
        },
      }),
      {
        id: "code",
        title: t("Show or hide the text"),
        group: t("View"),
        keys: ["shift+e"],
        enabled: true,
        run: context.toggleCode,
      },
      {
        id: "versions",
        title: t("Show or hide the versions"),
        group: t("View"),
        keys: ["shift+v"],
        enabled: isSaved,
        run: context.toggleVersions,
      },
      {
        id: "leave",
        title: selection.length > 0 ? t("Choose nothing") : t("Leave the canvas"),
        group: t("View"),
        keys: ["escape"],
        enabled: true,
        run: context.leave,
      },
    ];
    const workflow: Command[] = [
      {
        id: "save",
        title: t("Save"),
        group: t("Workflow"),
        keys: ["mod+s"],
        enabled: true,
        run: context.save,
      },
      {
        id: "run",
        title: t("Run the workflow"),
        group: t("Workflow"),
        keys: ["mod+enter"],
        enabled: hasNodes,
        run: () => context.run(),
      },
      {
        id: "run-one",
        title: t("Run {{node}} and what it needs", { node: one ?? t("one node") }),
        group: t("Workflow"),
        keys: ["mod+shift+enter"],
        enabled: one !== undefined,
        run: () => context.run(one),
      },
      ...helpCommands(show),
    ];
    if (store.isReadOnly) return [...workflow.filter(({ id }) => id !== "save"), ...view];
    return [...edit, ...blocks, ...arrange, ...workflow, ...view];
  }, [context, store, selection, edge, history, hasNodes, isSaved]);
}

/** Where a new node goes that was asked for by key. */
export function targetOf(store: DesignerStore, one: string | undefined): Target {
  if (store.edge) return { edge: store.edge };
  return one === undefined ? {} : { after: { node: one, port: nextPort(store.graph, one) } };
}

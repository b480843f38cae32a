// The list of all commands for what is chosen now.
import { type RefObject, useMemo } from "react";
import type { CanvasHandle } from "@/components/canvas/use-canvas-handle";
import { type Heading, nextIn } from "@/components/canvas/walk";
import type { Command } from "@/lib/commands";
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
        title: one ? `Add a node after ${one}` : edge ? "Insert a node here" : "Add a node",
        group: "Edit",
        keys: ["tab", "/"],
        enabled: true,
        run: () => show("palette", targetOf(store, one)),
      },
      {
        id: "connect",
        title: `Connect ${one ?? "a node"} to…`,
        group: "Edit",
        keys: ["c"],
        enabled: one !== undefined,
        run: () => show("connect"),
      },
      {
        id: "disconnect",
        title: `Remove an edge of ${one ?? "a node"}…`,
        group: "Edit",
        keys: ["shift+c"],
        enabled: one !== undefined,
        run: () => show("edges"),
      },
      {
        id: "delete",
        title: edge
          ? "Delete this edge"
          : selection.length > 1
            ? `Delete ${selection.length} nodes`
            : `Delete ${first ?? "what is chosen"}`,
        group: "Edit",
        keys: ["delete", "backspace"],
        enabled: selection.length > 0 || edge !== null,
        run: () => {
          if (edge) store.perform("Delete the edge", [{ op: "disconnect", ...edge }]);
          else store.perform("Delete", removeNodes(store.draft, selection));
        },
      },
      {
        id: "duplicate",
        title:
          selection.length > 1
            ? `Duplicate ${selection.length} nodes`
            : `Duplicate ${first ?? "what is chosen"}`,
        group: "Edit",
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
        id: "inspect",
        title: `Edit the settings of ${one ?? "the workflow"}`,
        group: "Edit",
        keys: ["enter"],
        enabled: true,
        run: context.inspect,
      },
      {
        id: "undo",
        title: `Undo: ${history.done.at(-1)?.title ?? ""}`,
        group: "Edit",
        keys: ["mod+z"],
        enabled: history.done.length > 0,
        run: () => store.undo(),
      },
      {
        id: "redo",
        title: `Redo: ${history.undone.at(-1)?.title ?? ""}`,
        group: "Edit",
        keys: ["mod+shift+z", "mod+y"],
        enabled: history.undone.length > 0,
        run: () => store.redo(),
      },
    ];
    const found = one === undefined ? undefined : locate(store.draft.document, one);
    const blocks: Command[] = [
      ...PARTS.filter((part) => found?.node[part]).map((part, index) => ({
        id: `into-${part}`,
        title: `Add a node to ${part} of ${one}`,
        group: "Edit",
        ...(index === 0 && { keys: ["b"] }),
        enabled: true,
        run: () => show("palette", { in: { node: one ?? "", part } }),
      })),
      {
        id: "put",
        title: `Put ${selection.length > 1 ? `${selection.length} nodes` : (first ?? "nodes")} into another block…`,
        group: "Edit",
        keys: ["shift+b"],
        enabled: selection.length > 0,
        run: () => show("blocks"),
      },
    ];
    const arrange: Command[] = [
      {
        id: "tidy",
        title: "Tidy up the whole graph",
        group: "Arrange",
        keys: ["shift+l"],
        enabled: hasNodes,
        run: () => {
          store.perform("Tidy up", tidy(store.graph));
          canvas.current?.fit();
        },
      },
      {
        id: "align-top",
        title: "Align at the top",
        group: "Arrange",
        keys: ["shift+t"],
        enabled: selection.length > 1,
        run: () => store.perform("Align", align(selection, "top", store.arrangement)),
      },
      {
        id: "align-left",
        title: "Align at the left",
        group: "Arrange",
        keys: ["shift+i"],
        enabled: selection.length > 1,
        run: () => store.perform("Align", align(selection, "left", store.arrangement)),
      },
      ...nudges(store, selection),
    ];
    const view: Command[] = [
      {
        id: "all",
        title: "Select all nodes",
        group: "View",
        keys: ["mod+a"],
        enabled: hasNodes,
        run: () => store.select(store.graph.nodes.map((node) => node.id)),
      },
      {
        id: "fit",
        title: "Show the whole graph",
        group: "View",
        keys: ["shift+1", "!"],
        enabled: hasNodes,
        run: () => canvas.current?.fit(),
      },
      {
        id: "zoom-in",
        title: "Zoom in",
        group: "View",
        keys: ["+", "="],
        enabled: true,
        run: () => canvas.current?.zoom(1),
      },
      {
        id: "zoom-out",
        title: "Zoom out",
        group: "View",
        keys: ["-"],
        enabled: true,
        run: () => canvas.current?.zoom(-1),
      },
      ...walks(store, one, (id) => {
        store.select([id]);
        focus(id);
      }),
      {
        id: "code",
        title: "Show or hide the text",
        group: "View",
        keys: ["shift+e"],
        enabled: true,
        run: context.toggleCode,
      },
      {
        id: "versions",
        title: "Show or hide the versions",
        group: "View",
        keys: ["shift+v"],
        enabled: isSaved,
        run: context.toggleVersions,
      },
      {
        id: "leave",
        title: selection.length > 0 ? "Choose nothing" : "Leave the canvas",
        group: "View",
        keys: ["escape"],
        enabled: true,
        run: context.leave,
      },
    ];
    const workflow: Command[] = [
      { id: "save", title: "Save", group: "Workflow", keys: ["mod+s"], enabled: true, run: context.save },
      {
        id: "run",
        title: "Run the workflow",
        group: "Workflow",
        keys: ["mod+enter"],
        enabled: hasNodes,
        run: () => context.run(),
      },
      {
        id: "run-one",
        title: `Run ${one ?? "one node"} and what it needs`,
        group: "Workflow",
        keys: ["mod+shift+enter"],
        enabled: one !== undefined,
        run: () => context.run(one),
      },
      {
        id: "commands",
        title: "All commands",
        group: "Help",
        keys: ["mod+k"],
        enabled: true,
        run: () => show("commands"),
      },
      { id: "keys", title: "All keys", group: "Help", keys: ["?"], enabled: true, run: () => show("keys") },
    ];
    return [...edit, ...blocks, ...arrange, ...workflow, ...view];
  }, [context, store, selection, edge, history, hasNodes, isSaved]);
}

/** Where a new node goes that was asked for by key. */
export function targetOf(store: DesignerStore, one: string | undefined): Target {
  if (store.edge) return { edge: store.edge };
  return one === undefined ? {} : { after: { node: one, port: nextPort(store.graph, one) } };
}

const HEADINGS: Record<Heading, string> = {
  left: "arrowleft",
  right: "arrowright",
  up: "arrowup",
  down: "arrowdown",
};

function walks(store: DesignerStore, from: string | undefined, go: (id: string) => void): Command[] {
  return (Object.keys(HEADINGS) as Heading[]).map((heading) => ({
    id: `walk-${heading}`,
    title: `Go to the next node ${heading === "up" || heading === "down" ? heading : `to the ${heading}`}`,
    group: "View",
    keys: [HEADINGS[heading]],
    enabled: store.graph.nodes.length > 0,
    run: () => {
      const next = nextIn(store.boxes(), from, heading);
      if (next !== undefined) go(next);
    },
  }));
}

function nudges(store: DesignerStore, ids: readonly string[]): Command[] {
  const ways: [Heading, number, number][] = [
    ["left", -GRID, 0],
    ["right", GRID, 0],
    ["up", 0, -GRID],
    ["down", 0, GRID],
  ];
  return ways.map(([heading, dx, dy]) => ({
    id: `move-${heading}`,
    title: `Move ${heading}`,
    group: "Arrange",
    keys: [`shift+${HEADINGS[heading]}`],
    enabled: ids.length > 0,
    run: () => {
      const places = Object.fromEntries(
        ids.flatMap((id) => {
          const place = store.arrangement.places.get(id);
          return place ? [[id, { x: place.x + dx, y: place.y + dy }]] : [];
        }),
      );
      store.perform("Move", [{ op: "move", places }], `nudge ${ids.join(" ")}`);
    },
  }));
}

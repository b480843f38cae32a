// The list of all commands for what is chosen now.
import { type RefObject, useMemo } from "react";
import {
  extendCommands,
  helpCommands,
  nudgeCommands,
  undoCommands,
  walkCommands,
  zoomCommands,
} from "@/components/canvas/canvas-commands";
import { isNote, notesOf, withoutNotes } from "@/components/canvas/notes";
import { partCommands } from "@/components/canvas/parts";
import type { CanvasHandle } from "@/components/canvas/use-canvas-handle";
import type { Command } from "@/lib/commands";
import { t } from "@/lib/i18n";
import {
  align,
  distribute,
  edgesToInsert,
  GRID,
  moveTo,
  nextPort,
  type Side,
  type Target,
  tidy,
} from "./gestures";
import { chosenInWords } from "./notes";
import { locate, PARTS } from "./operations/document";
import type { DesignerStore } from "./store";
import { useDesigner } from "./store";
import { duplicate } from "./use-clipboard";
import { nextEdge } from "./ways";

export type Overlay = "palette" | "commands" | "connect" | "edges" | "insert" | "blocks" | "keys" | null;

interface CommandContext {
  store: DesignerStore;
  canvas: RefObject<CanvasHandle | null>;
  show: (overlay: Overlay, target?: Target) => void;
  save: () => void;
  run: (only?: string) => void;
  runFrom: ((node: string) => void) | false | undefined;
  addNote: () => void;
  /** A chosen node is chosen no more; the keyboard stays at it. */
  leaveOut: (node: string) => void;
  /** Removes what is chosen. */
  remove: () => void;
  inspect: () => void;
  leave: () => void;
  toggleTimes: (() => void) | undefined;
  toggleCode: () => void;
  toggleVersions: () => void;
}

/** What several nodes are put in line by. */
export const alignments = (): { side: Side; title: string; keys?: string[] }[] => [
  { side: "top", title: t("Align at the top"), keys: ["shift+t"] },
  { side: "middle", title: t("Align in the middle") },
  { side: "bottom", title: t("Align at the bottom"), keys: ["shift+o"] },
  { side: "left", title: t("Align at the left"), keys: ["shift+i"] },
  { side: "center", title: t("Align at the centre") },
  { side: "right", title: t("Align at the right"), keys: ["shift+r"] },
];

export const distributions = (): { axis: "x" | "y"; title: string }[] => [
  { axis: "x", title: t("Distribute from left to right") },
  { axis: "y", title: t("Distribute from top to bottom") },
];

export function useCommands(context: CommandContext): Command[] {
  const { store } = context;
  const selection = useDesigner(store, (each) => each.selection);
  const edge = useDesigner(store, (each) => each.edge);
  const history = useDesigner(store, (each) => each.history);
  const hasNodes = useDesigner(store, (each) => each.graph.nodes.length > 0);
  const hasNotes = useDesigner(store, (each) => Object.keys(each.draft.layout).some(isNote));
  const isSaved = useDesigner(store, (each) => each.base.id !== undefined);
  return useMemo(() => {
    const { canvas, show } = context;
    const chosen = withoutNotes(selection);
    const one = selection.length === 1 ? chosen[0] : undefined;
    const focus = (id: string | undefined) => id !== undefined && canvas.current?.focus(id);
    const go = (id: string) => {
      store.select([id]);
      focus(id);
    };
    const what = one ?? (edge ? t("this edge") : t("the workflow"));
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
        id: "insert",
        title:
          chosen.length > 1
            ? t("Insert a node between the chosen ones…")
            : t("Insert a node into an edge of {{node}}…", { node: one ?? t("a node") }),
        group: t("Edit"),
        keys: ["i"],
        enabled: edgesToInsert(store.draft, selection).length > 0,
        run: () => {
          const [edge, ...others] = edgesToInsert(store.draft, selection);
          if (edge && others.length === 0) show("palette", { edge });
          else show("insert");
        },
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
          : t("Delete {{what}}", {
              what: selection.length > 0 ? chosenInWords(selection) : t("what is chosen"),
            }),
        group: t("Edit"),
        keys: ["delete", "backspace"],
        enabled: selection.length > 0 || edge !== null,
        run: context.remove,
      },
      {
        id: "duplicate",
        title: t("Duplicate {{name}}", {
          name: selection.length > 0 ? chosenInWords(selection) : t("what is chosen"),
        }),
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
        title: store.isReadOnly
          ? t("Show the settings of {{what}}", { what })
          : t("Edit the settings of {{what}}", { what }),
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
          what: chosen.length > 0 ? chosenInWords(chosen) : t("nodes"),
        }),
        group: t("Edit"),
        keys: ["shift+b"],
        enabled: chosen.length > 0,
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
      ...alignments().map(({ side, title, keys }) => ({
        id: `align-${side}`,
        title,
        group: t("Arrange"),
        ...(keys && { keys }),
        enabled: chosen.length > 1,
        run: () => store.perform(t("Align"), align(chosen, side, store.arrangement)),
      })),
      ...distributions().map(({ axis, title }) => ({
        id: `distribute-${axis}`,
        title,
        group: t("Arrange"),
        enabled: chosen.length > 2,
        run: () => store.perform(t("Distribute"), distribute(chosen, axis, store.arrangement)),
      })),
      ...nudgeCommands({
        ids: selection,
        distance: GRID,
        places: () => new Map([...store.arrangement.places, ...Object.entries(notesOf(store.draft.layout))]),
        move: (points, gesture) => store.perform(t("Move"), [moveTo(store.draft, points)], gesture),
      }),
    ];
    const view: Command[] = [
      {
        id: "all",
        title: t("Select all nodes and notes"),
        group: t("View"),
        keys: ["mod+a"],
        enabled: hasNodes || hasNotes,
        run: () =>
          store.select([
            ...store.graph.nodes.map((node) => node.id),
            ...Object.keys(notesOf(store.draft.layout)),
          ]),
      },
      ...zoomCommands(canvas, { title: t("Show the whole graph"), enabled: hasNodes }),
      {
        id: "walk-edges",
        title: t("Go along the edges of {{node}}", { node: one ?? t("a node") }),
        group: t("View"),
        keys: ["e"],
        enabled: hasNodes,
        run: () => walkEdges(store, 1),
      },
      // At an edge, its nodes lie left and right of it, and the others of the same node above and below.
      ...(edge
        ? [
            edgeStep("arrowleft", t("Go to {{node}}", { node: edge.from }), () => go(edge.from)),
            edgeStep("arrowright", t("Go to {{node}}", { node: edge.to }), () => go(edge.to)),
            edgeStep("arrowup", t("Go to the edge before"), () => walkEdges(store, -1)),
            edgeStep("arrowdown", t("Go to the next edge"), () => walkEdges(store, 1)),
          ]
        : []),
      ...walkCommands({
        what: t("node"),
        from: () => cursorOf(store),
        enabled: hasNodes,
        boxes: () => store.boxes(),
        go,
      }),
      ...extendCommands({
        what: t("node"),
        from: () => cursorOf(store),
        enabled: hasNodes,
        boxes: () => store.boxes(),
        go: (id) => {
          store.select([...new Set([...store.selection, id])]);
          focus(id);
        },
      }),
      {
        id: "toggle",
        title: t("Choose this node as well, or leave it out"),
        group: t("View"),
        keys: [" "],
        enabled: hasNodes,
        run: () => {
          const id = cursorOf(store);
          if (id === undefined) return;
          if (store.selection.includes(id)) context.leaveOut(id);
          else store.select([...store.selection, id]);
        },
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
        id: "times",
        title: t("Show or hide the times of the last run"),
        group: t("View"),
        keys: ["shift+w"],
        enabled: context.toggleTimes !== undefined,
        run: () => context.toggleTimes?.(),
      },
      {
        id: "versions",
        title: t("Show or hide the versions"),
        group: t("View"),
        keys: ["shift+v"],
        enabled: isSaved,
        run: context.toggleVersions,
      },
      ...partCommands(),
      {
        id: "leave",
        title: selection.length > 0 || edge ? t("Choose nothing") : t("Leave the canvas"),
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
      {
        id: "run-from",
        title: t("Run on from {{node}}, as the last run left it", { node: one ?? t("one node") }),
        group: t("Workflow"),
        keys: ["mod+alt+enter"],
        enabled: one !== undefined && Boolean(context.runFrom),
        run: () => {
          if (one !== undefined && context.runFrom) context.runFrom(one);
        },
      },
      ...helpCommands(show),
    ];
    if (store.isReadOnly)
      return [
        ...edit.filter(({ id }) => id === "inspect"),
        ...workflow.filter(({ id }) => id !== "save"),
        ...view,
      ];
    return [...edit, ...blocks, ...arrange, ...workflow, ...view];
  }, [context, store, selection, edge, history, hasNodes, hasNotes, isSaved]);
}

function edgeStep(key: string, title: string, run: () => void): Command {
  return { id: `walk-edge-${key}`, title, group: t("View"), keys: [key], enabled: true, run };
}

/** The keyboard stays at the node, whose edges are chosen one by one. */
function walkEdges(store: DesignerStore, step: 1 | -1): void {
  const at = cursorOf(store) ?? store.edge?.from;
  const next = at === undefined ? undefined : nextEdge(store.draft.document, at, store.edge, step);
  if (next) store.selectEdge(next);
}

/** The node that has the keyboard, chosen or not; without one, the last that was chosen. */
function cursorOf(store: DesignerStore): string | undefined {
  const at = document.activeElement?.closest<HTMLElement>(".react-flow__node")?.dataset.id;
  return at !== undefined && locate(store.draft.document, at) ? at : withoutNotes(store.selection).at(-1);
}

/** Where a new node goes that was asked for by key. */
function targetOf(store: DesignerStore, one: string | undefined): Target {
  if (store.edge) return { edge: store.edge };
  return one === undefined ? {} : { after: { node: one, port: nextPort(store.graph, one) } };
}

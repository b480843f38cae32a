// The lists that open over the canvas: kinds of nodes, commands, what to connect to, edges to remove, and the keys.

import { findNode } from "@/components/canvas/graph";
import { KindIcon } from "@/components/canvas/kind-icon";
import { withoutNotes } from "@/components/canvas/notes";
import { CommandList, KeyDialog } from "@/components/command-list";
import { type PickItem, PickList } from "@/components/pick-list";
import type { Command } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { edgesToInsert, nextPort, putInto, type Target } from "./gestures";
import { sameBlock } from "./operations/blocks";
import { type FlowEdge, locate, nodesOf, nodesWithin, PARTS } from "./operations/document";
import { connectFault } from "./operations/edges";
import { edgeOf } from "./operations/operation";
import { NodePalette } from "./palette/node-palette";
import { edgeInWords } from "./problems";
import { type DesignerStore, useDesigner } from "./store";
import type { Overlay } from "./use-commands";

interface OverlaysProps {
  name: Overlay;
  store: DesignerStore;
  commands: readonly Command[];
  onAdd: (kind: string) => void;
  /** A node is wanted there. */
  onWhere: (target: Target) => void;
  /** A node is wanted in sight. */
  onGo: (node: string) => void;
  onClose: () => void;
}

export function Overlays({ name, store, commands, onAdd, onWhere, onGo, onClose }: OverlaysProps) {
  switch (name) {
    case "palette":
      return <NodePalette catalogue={store.catalogue} onPick={onAdd} onClose={onClose} />;
    case "commands":
      return <CommandList commands={commands} places={placesOf(store, onGo)} onClose={onClose} />;
    case "connect":
      return <ConnectList store={store} onClose={onClose} />;
    case "edges":
      return <EdgeList store={store} onClose={onClose} />;
    case "insert":
      return <InsertList store={store} onWhere={onWhere} onClose={onClose} />;
    case "blocks":
      return <BlockList store={store} onClose={onClose} />;
    case "keys":
      return (
        <KeyDialog commands={commands} onClose={onClose}>
          <dt>{t("Copy, cut, paste")}</dt>
          <dd className="text-right text-muted">{t("Ctrl C, Ctrl X, Ctrl V")}</dd>
          <dt>{t("What can be written next in code")}</dt>
          <dd className="text-right text-muted">{t("Ctrl Space")}</dd>
          <dt>{t("Choose several nodes")}</dt>
          <dd className="text-right text-muted">
            {t("Ctrl Shift with the arrow keys, Space, or Shift with the mouse")}
          </dd>
          <dt>{t("Edges")}</dt>
          <dd className="text-right text-muted">
            {t("E, then the arrow keys; Tab inserts a node, Enter changes the port")}
          </dd>
        </KeyDialog>
      );
    default:
      return null;
  }
}

/** Every node, by its name and its id. */
function placesOf({ draft, graph }: DesignerStore, onGo: (node: string) => void): Command[] {
  return [...nodesOf(draft.document)].map(({ id }) => {
    const label = findNode(graph, id)?.label ?? id;
    const name = label === id ? id : `${label} (${id})`;
    return {
      id: `go ${id}`,
      title: t("Go to {{node}}", { node: name }),
      group: t("Nodes"),
      enabled: true,
      run: () => onGo(id),
    };
  });
}

interface ChoiceProps {
  store: DesignerStore;
  onClose: () => void;
}

/** Each port with each node that it may lead to. */
function ConnectList({ store, onClose }: ChoiceProps) {
  const from = useDesigner(store, (each) => each.selection[0]);
  const graph = useDesigner(store, (each) => each.graph);
  const found = from === undefined ? undefined : locate(store.draft.document, from);
  if (from === undefined || !found) return null;
  const ports = findNode(graph, from)?.ports ?? ["out"];
  const first = nextPort(graph, from);
  const ordered = [first, ...ports.filter((port) => port !== first)];
  const items = ordered.flatMap((port) =>
    found.block.nodes
      .filter((node) => connectFault(store.draft, edgeOf({ from, to: node.id, port })) === undefined)
      .map(
        (node): PickItem => ({
          id: `${port} ${node.id}`,
          title: findNode(graph, node.id)?.label ?? node.id,
          hint: node.id,
          group: ports.length > 1 ? t("From the port {{port}}", { port }) : undefined,
          icon: <KindIcon kind={node.kind} className="size-4 shrink-0 text-muted" />,
        }),
      ),
  );
  return (
    <PickList
      label={t("Connect {{node}} to", { node: from })}
      placeholder={t("Which node follows?")}
      items={items}
      nothing={t("No node can follow: all others come before this one, or lie in another block.")}
      onPick={(item) => {
        const [port = "out", to = ""] = item.id.split(" ");
        store.perform(t("Connect"), [{ op: "connect", ...edgeOf({ from, to, port }) }]);
        onClose();
      }}
      onClose={onClose}
    />
  );
}

function EdgeList({ store, onClose }: ChoiceProps) {
  const id = useDesigner(store, (each) => each.selection[0]);
  const found = id === undefined ? undefined : locate(store.draft.document, id);
  if (id === undefined || !found) return null;
  const edges = (found.block.edges ?? []).filter((edge) => edge.from === id || edge.to === id);
  const items = edges.map(edgeItem);
  return (
    <PickList
      label={t("Remove an edge of {{node}}", { node: id })}
      placeholder={t("Which edge?")}
      items={items}
      nothing={t("No edge leads to it or away from it.")}
      onPick={(item) => {
        const edge = edges[Number(item.id)];
        if (edge) store.perform(t("Delete the edge"), [{ op: "disconnect", ...edge }]);
        onClose();
      }}
      onClose={onClose}
    />
  );
}

/** The edges at what is chosen: a node is put into the one that is picked. */
function InsertList({ store, onWhere, onClose }: ChoiceProps & Pick<OverlaysProps, "onWhere">) {
  const ids = useDesigner(store, (each) => each.selection);
  const edges = edgesToInsert(store.draft, ids);
  return (
    <PickList
      label={t("Insert a node into an edge")}
      placeholder={t("Which edge?")}
      items={edges.map(edgeItem)}
      nothing={t("No edge leads to it or away from it.")}
      onPick={(item) => {
        const edge = edges[Number(item.id)];
        if (edge) onWhere({ edge });
      }}
      onClose={onClose}
    />
  );
}

function edgeItem(edge: FlowEdge, index: number): PickItem {
  return { id: String(index), title: edgeInWords(edge) };
}

/** Every block that is there, and the workflow itself: where the chosen nodes can be put. */
function BlockList({ store, onClose }: ChoiceProps) {
  // Notes lie beside all blocks.
  const ids = withoutNotes(useDesigner(store, (each) => each.selection));
  const { document } = store.draft;
  const present = locate(document, ids[0] ?? "")?.in;
  const within = new Set(
    ids.flatMap((id) => {
      const found = locate(document, id);
      return found ? [id, ...[...nodesWithin(found.node)].map((node) => node.id)] : [];
    }),
  );
  const addresses = [...nodesOf(document)].flatMap((node) =>
    PARTS.filter((part) => node[part] && !within.has(node.id)).map((part) => ({ node: node.id, part })),
  );
  const choices = [undefined, ...addresses].filter((address) => !sameBlock(address, present));
  const items = choices.map(
    (address, index): PickItem => ({
      id: String(index),
      title: address ? t("{{part}} of {{node}}", { ...address }) : t("The workflow itself"),
    }),
  );
  return (
    <PickList
      label={t("Put into another block")}
      placeholder={t("Which block?")}
      items={items}
      nothing={t("There is no other block: add a loop or a try first.")}
      onPick={(item) => {
        const address = choices[Number(item.id)];
        const title = address ? t("Move into {{node}}", { node: address.node }) : t("Move out of the block");
        store.perform(title, putInto(store.draft, store.arrangement, ids, address));
        onClose();
      }}
      onClose={onClose}
    />
  );
}

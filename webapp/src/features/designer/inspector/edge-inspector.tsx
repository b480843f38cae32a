// One edge: by which port it leaves its node, and what can be done to it.

import { Plus, Trash2 } from "lucide-react";
import { useId } from "react";
import { Button } from "@/components/button";
import { findNode } from "@/components/canvas/graph";
import { describedBy, FieldNotes } from "@/components/field-notes";
import { CONTROL } from "@/components/form";
import { t } from "@/lib/i18n";
import { type FlowEdge, portOf } from "../operations/document";
import { edgeOf } from "../operations/operation";
import { type DesignerStore, useDesigner } from "../store";

interface EdgeInspectorProps {
  store: DesignerStore;
  edge: FlowEdge;
  onInsert: () => void;
  onRemove: () => void;
  /** Goes to a node at one of its ends. */
  onGo: (node: string) => void;
}

export function EdgeInspector({ store, edge, onInsert, onRemove, onGo }: EdgeInspectorProps) {
  const graph = useDesigner(store, (each) => each.graph);
  const id = useId();
  const { from, to } = edge;
  const port = portOf(edge);
  const ports = [...new Set([...(findNode(graph, from)?.ports ?? []), port])];
  const leadBy = (by: string) => {
    const changed = edgeOf({ from, to, port: by });
    const isDone = store.perform(t("Change the edge"), [
      { op: "disconnect", ...edge },
      { op: "connect", ...changed },
    ]);
    if (isDone) store.selectEdge(changed);
  };
  const help = t("The edge is followed when {{node}} ends by this port.", { node: from });
  return (
    <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-3 pt-1">
      <div className="space-y-1" data-field="port">
        <label htmlFor={id} className="font-medium text-sm">
          {t("Port")}
        </label>
        <select
          id={id}
          aria-describedby={describedBy({ id, help })}
          className={CONTROL}
          value={port}
          onChange={({ target }) => leadBy(target.value)}
        >
          {ports.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        <FieldNotes id={id} help={help} />
      </div>
      <div className="flex flex-wrap gap-1.5">
        <Button onClick={onInsert}>
          <Plus aria-hidden />
          {t("Insert a node here")}
        </Button>
        <Button onClick={onRemove}>
          <Trash2 aria-hidden />
          {t("Delete this edge")}
        </Button>
      </div>
      <div className="flex flex-wrap gap-1.5">
        {[from, to].map((node) => (
          <Button key={node} weight="quiet" onClick={() => onGo(node)}>
            {t("Go to {{node}}", { node })}
          </Button>
        ))}
      </div>
    </div>
  );
}

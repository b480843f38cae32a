// One model: its names, its fields, and the relations that begin or end at it.

import { Copy, Link2, Trash2 } from "lucide-react";
import { Button } from "@/components/button";
import { PanelSection } from "@/components/side-panel";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { type Model, relationsAt } from "../operations/document";
import { otherProblems, problemsOf } from "../problems";
import { type ModelStore, useModels } from "../store";
import { CommitLine, Faults, ForEditing, TextLine } from "./controls";
import { FieldList } from "./field-list";
import { RelationList } from "./relation-list";

export interface ModelFormActions {
  onAddField: (model: string) => void;
  /** Asks what to relate it to. */
  onRelate: (model: string) => void;
  onDuplicate: (model: string) => void;
}

interface ModelFormProps {
  store: ModelStore;
  model: Model;
  actions: ModelFormActions;
}

const KEYS = ["name", "label"];

export function ModelForm({ store, model, actions }: ModelFormProps) {
  const problems = useModels(store, (each) => each.problems);
  const document = useModels(store, (each) => each.document);
  const { name } = model;
  const of = { model: name };
  const isApplication = store.home === "application";
  const relations = relationsAt(document, name);
  const rename = (text: string) => {
    const to = text.trim();
    const wasChosen = store.chosen.models.includes(name);
    if (!store.perform(t("Rename {{name}}", { name }), [{ op: "rename_model", model: name, to }]))
      return store.refusal;
    if (wasChosen) store.follow({ models: [to] });
    return null;
  };
  return (
    <div className="space-y-3.5" data-field>
      <Faults faults={otherProblems(problems, of, KEYS)} />
      <CommitLine
        label={t("Name")}
        help={t("A plural, such as books; it becomes a table and an address.")}
        isMono
        value={name}
        faults={problemsOf(problems, of, "name")}
        onCommit={rename}
      />
      <TextLine
        label={t("Label")}
        help={t("What people read; without one, the name.")}
        value={textOf(model.label) ?? ""}
        faults={problemsOf(problems, of, "label")}
        onChange={(text) =>
          store.perform(
            t("Set the label of {{name}}", { name }),
            [{ op: "set", of, key: "label", ...(text !== "" && { value: text }) }],
            `label of ${name}`,
          )
        }
        onLeave={() => store.seal()}
      />
      <PanelSection title={t("Fields")}>
        <FieldList store={store} model={model} onAdd={actions.onAddField} />
      </PanelSection>
      {isApplication && (!store.isReadOnly || relations.length > 0) && (
        <PanelSection title={t("Relations")}>
          {relations.length > 0 && <RelationList store={store} relations={relations} />}
          <ForEditing>
            <Button onClick={() => actions.onRelate(name)}>
              <Link2 aria-hidden />
              {t("Relate to…")}
            </Button>
          </ForEditing>
        </PanelSection>
      )}
      {isApplication && !store.isReadOnly && (
        <div className="flex flex-wrap gap-1.5 border-t border-line pt-3">
          <Button onClick={() => actions.onDuplicate(name)}>
            <Copy aria-hidden />
            {t("Duplicate")}
          </Button>
          <Button
            className="ml-auto"
            onClick={() => {
              store.perform(t("Remove {{name}}", { name }), [{ op: "remove_model", model: name }]);
            }}
          >
            <Trash2 aria-hidden />
            {t("Remove model")}
          </Button>
        </div>
      )}
    </div>
  );
}

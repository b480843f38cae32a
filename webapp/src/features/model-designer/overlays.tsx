// The lists that open over the canvas: commands, what to relate to, relations to choose from, what is not saved, and the keys.

import { Database } from "lucide-react";
import { CommandList, KeyDialog } from "@/components/command-list";
import { Dialog } from "@/components/dialog";
import { type PickItem, PickList } from "@/components/pick-list";
import type { Command } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { ChangeList } from "./change-list";
import { changesBetween } from "./changes";
import { relationsAt } from "./operations/document";
import { type ModelStore, useModels } from "./store";
import { TypeIcon } from "./type-icon";
import type { Overlay } from "./use-commands";

interface OverlaysProps {
  name: Overlay;
  /** The model that a list is about. */
  model: string | undefined;
  store: ModelStore;
  commands: readonly Command[];
  onRelate: (source: string, target: string) => void;
  onClose: () => void;
}

export function Overlays({ name, model, store, commands, onRelate, onClose }: OverlaysProps) {
  switch (name) {
    case "commands":
      return <CommandList commands={commands} onClose={onClose} />;
    case "keys":
      return (
        <KeyDialog commands={commands} onClose={onClose}>
          <dt>{t("Choose several models")}</dt>
          <dd className="text-right text-muted">{t("Shift with the mouse")}</dd>
        </KeyDialog>
      );
    case "changes":
      return <Changes store={store} onClose={onClose} />;
    case "relate":
      return model === undefined ? null : (
        <RelateList store={store} model={model} onRelate={onRelate} onClose={onClose} />
      );
    case "relations":
      return model === undefined ? null : <Relations store={store} model={model} onClose={onClose} />;
    default:
      return null;
  }
}

interface ListProps {
  store: ModelStore;
  model: string;
  onClose: () => void;
}

function RelateList({ store, model, onRelate, onClose }: ListProps & Pick<OverlaysProps, "onRelate">) {
  const models = useModels(store, (each) => each.document.models);
  const items = models.map(
    ({ name, label }): PickItem => ({
      id: name,
      title: name,
      hint: name === model ? t("To itself") : textOf(label),
      icon: <Database aria-hidden className="size-4 shrink-0 text-muted" />,
    }),
  );
  // What is another one comes first; a model that refers to itself is rarer.
  items.sort((one, other) => Number(one.id === model) - Number(other.id === model));
  return (
    <PickList
      label={t("Relate {{model}} to", { model })}
      placeholder={t("Each of {{model}} has one of which model?", { model })}
      items={items}
      nothing={t("No model is called so.")}
      onPick={({ id }) => {
        onClose();
        onRelate(model, id);
      }}
      onClose={onClose}
    />
  );
}

function Relations({ store, model, onClose }: ListProps) {
  const document = useModels(store, (each) => each.document);
  const relations = relationsAt(document, model);
  const items = relations.map(
    ({ source, name, target, kind }, index): PickItem => ({
      id: String(index),
      title: `${source}.${name} ${kind === "n-n" ? "⇉" : "→"} ${target}`,
      icon: <TypeIcon type={kind} />,
    }),
  );
  return (
    <PickList
      label={t("Relations of {{model}}", { model })}
      placeholder={t("Which relation?")}
      items={items}
      nothing={t("None begins or ends here.")}
      onPick={({ id }) => {
        const relation = relations[Number(id)];
        onClose();
        if (relation) store.selectRelation(relation);
      }}
      onClose={onClose}
    />
  );
}

function Changes({ store, onClose }: { store: ModelStore; onClose: () => void }) {
  const draft = useModels(store, (each) => each.draft);
  const base = useModels(store, (each) => each.base);
  return (
    <Dialog title={t("What is not saved yet")} onClose={onClose}>
      {base.draft === draft ? (
        <p className="text-muted text-sm">{t("Everything is saved.")}</p>
      ) : (
        <div className="space-y-3">
          <ChangeList changes={changesBetween(base.draft, draft)} />
          <p className="text-muted text-sm">
            {t(
              "Saving changes the models. What is live changes when it is shipped the next time: then its stored records follow.",
            )}
          </p>
        </div>
      )}
    </Dialog>
  );
}

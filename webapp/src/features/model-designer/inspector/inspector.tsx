// What stands beside the canvas: the form of whatever is chosen, or of the application.

import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { SidePanel } from "@/components/side-panel";
import { t } from "@/lib/i18n";
import { fieldOf, modelOf, relationOf } from "../operations/document";
import { type ModelStore, useModels } from "../store";
import { ApplicationForm } from "./application-form";
import { ForEditing } from "./controls";
import { FieldForm } from "./field-form";
import { ModelForm, type ModelFormActions } from "./model-form";
import { RelationForm } from "./relation-form";

interface InspectorProps {
  store: ModelStore;
  actions: ModelFormActions;
  onAddModel: () => void;
  onChoose: (model: string) => void;
}

export function Inspector({ store, actions, onAddModel, onChoose }: InspectorProps) {
  const { models, field, relation: key } = useModels(store, (each) => each.chosen);
  const turn = useModels(store, (each) => each.turn);
  const document = useModels(store, (each) => each.document);
  const isAlone = store.home === "model";
  const close = () => store.select([]);
  const relation = key && relationOf(document, key);
  if (relation) {
    return (
      <SidePanel
        key={`relation ${turn}`}
        label={t("Relation")}
        title={
          <Title back={relation.source} onBack={() => onChoose(relation.source)}>
            {relation.name}
          </Title>
        }
        onClose={close}
      >
        <RelationForm store={store} relation={relation} />
      </SidePanel>
    );
  }
  const only = models.length === 1 ? models[0] : isAlone ? document.models[0]?.name : undefined;
  const model = only === undefined ? undefined : modelOf(document, only);
  const chosenField = model && field !== null ? fieldOf(document, model.name, field) : undefined;
  if (model && chosenField) {
    return (
      <SidePanel
        key={`field ${turn}`}
        label={t("Field")}
        title={
          <Title back={model.name} onBack={() => store.select([model.name])}>
            {chosenField.name}
          </Title>
        }
        onClose={close}
      >
        <FieldForm store={store} model={model.name} field={chosenField} />
      </SidePanel>
    );
  }
  if (model) {
    return (
      <SidePanel
        key={`model ${turn}`}
        label={t("Model")}
        title={<h2 className="truncate font-medium">{model.name}</h2>}
        {...(models.length > 0 && { onClose: close })}
      >
        <div className="min-h-0 flex-1 overflow-y-auto p-3 pt-1">
          <ModelForm store={store} model={model} actions={actions} />
        </div>
      </SidePanel>
    );
  }
  if (models.length > 1) {
    return (
      <SidePanel
        label={t("Selection")}
        title={<h2 className="font-medium">{t("{{count}} models", { count: models.length })}</h2>}
        onClose={close}
      >
        <ForEditing>
          <p className="px-3 text-muted text-sm">
            {t(
              "Drag them, or move them with Shift and the arrow keys; Delete removes them with their relations.",
            )}
          </p>
        </ForEditing>
      </SidePanel>
    );
  }
  return (
    <SidePanel label={t("Application")} title={<h2 className="font-medium">{t("This application")}</h2>}>
      <ApplicationForm store={store} onChoose={onChoose} onAddModel={onAddModel} />
    </SidePanel>
  );
}

function Title({ back, onBack, children }: { back: string; onBack: () => void; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-center gap-1">
      <Button
        weight="quiet"
        className="min-w-0 px-1.5"
        onClick={onBack}
        aria-label={t("Back to {{back}}", { back })}
      >
        <ChevronLeft aria-hidden />
        <span className="truncate">{back}</span>
      </Button>
      <h2 className="truncate font-medium">{children}</h2>
    </div>
  );
}

// The application itself: its names, and what it consists of.

import { Database, Plus } from "lucide-react";
import { Button } from "@/components/button";
import { PanelSection } from "@/components/side-panel";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { otherProblems, problemsOf } from "../problems";
import { type ModelStore, useModels } from "../store";
import { CommitLine, Faults, ForEditing, TextLine } from "./controls";
import { RelationList } from "./relation-list";

interface ApplicationFormProps {
  store: ModelStore;
  onChoose: (model: string) => void;
  onAddModel: () => void;
}

const KEYS = ["name", "label", "description"];

export function ApplicationForm({ store, onChoose, onAddModel }: ApplicationFormProps) {
  const document = useModels(store, (each) => each.document);
  return (
    <div className="min-h-0 flex-1 space-y-3.5 overflow-y-auto p-3 pt-1" data-field>
      <ApplicationNames store={store} />
      <PanelSection title={t("Models ({{number}})", { number: document.models.length })}>
        {document.models.length > 0 && (
          <ul aria-label={t("Models")} className="divide-y divide-line rounded-md border border-line">
            {document.models.map((model) => (
              <li key={model.name}>
                <button
                  type="button"
                  className="flex min-h-9 w-full items-center gap-2 px-2.5 py-1 text-left text-sm -outline-offset-2 hover:bg-canvas pointer-coarse:min-h-11"
                  onClick={() => onChoose(model.name)}
                >
                  <Database aria-hidden className="size-4 shrink-0 text-muted" />
                  <span className="min-w-0 truncate">{model.name}</span>
                  <span className="ml-auto shrink-0 text-muted text-xs">
                    {t("{{count}} fields", { count: model.fields.length })}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <ForEditing>
          <Button onClick={onAddModel}>
            <Plus aria-hidden />
            {t("Add model")}
          </Button>
        </ForEditing>
      </PanelSection>
      {document.relationships.length > 0 && (
        <PanelSection title={t("Relations ({{number}})", { number: document.relationships.length })}>
          <RelationList store={store} relations={document.relationships} />
        </PanelSection>
      )}
    </div>
  );
}

export function ApplicationNames({ store }: { store: ModelStore }) {
  const document = useModels(store, (each) => each.document);
  const problems = useModels(store, (each) => each.problems);
  const faults = (key: string) => problemsOf(problems, {}, key);
  const set = (key: string, text: string, mark?: string) =>
    store.perform(
      t("Set the {{key}}", { key }),
      [{ op: "set", of: {}, key, ...(text !== "" && { value: text }) }],
      mark,
    );
  return (
    <>
      <Faults faults={otherProblems(problems, {}, KEYS)} />
      <CommitLine
        label={t("Name")}
        help={t("What is live goes by it: stop the application before you rename it.")}
        isMono
        value={document.name}
        faults={faults("name")}
        onCommit={(text) => {
          const value = text.trim();
          // An application without a name is one that the server objects to, not one without a setting.
          store.perform(t("Rename the application"), [{ op: "set", of: {}, key: "name", value }]);
          return null;
        }}
      />
      <TextLine
        label={t("Label")}
        value={textOf(document.label) ?? ""}
        faults={faults("label")}
        onChange={(text) => set("label", text, "label")}
        onLeave={() => store.seal()}
      />
      <TextLine
        label={t("Description")}
        isLong
        value={textOf(document.description) ?? ""}
        faults={faults("description")}
        onChange={(text) => set("description", text, "description")}
        onLeave={() => store.seal()}
      />
    </>
  );
}

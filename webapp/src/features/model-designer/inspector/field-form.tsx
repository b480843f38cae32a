// One field: its name and type, whether it must be there, and the rules of its type.

import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { Button } from "@/components/button";
import { keysText } from "@/lib/commands";
import { t } from "@/lib/i18n";
import {
  boundLabels,
  canBeUnique,
  fieldTypes,
  type Option,
  optionsOf,
  textOfValue,
  typedValue,
} from "../field-types";
import { retype } from "../gestures";
import { type Field, modelOf } from "../operations/document";
import { otherProblems, problemsOf } from "../problems";
import { type ModelStore, useModels } from "../store";
import { CheckLine, ChoiceLine, CommitLine, Faults, ForEditing, TextLine } from "./controls";

interface FieldFormProps {
  store: ModelStore;
  model: string;
  field: Field;
}

const KEYS = [
  "name",
  "label",
  "type",
  "required",
  "unique",
  "default",
  "min",
  "max",
  "values",
  "precision",
  "scale",
];

export function FieldForm({ store, model, field }: FieldFormProps) {
  const problems = useModels(store, (each) => each.problems);
  const of = { model, field: field.name };
  const faults = (key: string) => problemsOf(problems, of, key);
  const set = (key: string, value: unknown, mark?: string) =>
    store.perform(
      t("Set {{key}} of {{name}}", { key, name: field.name }),
      [{ op: "set", of, key, ...(value !== undefined && { value }) }],
      mark,
    );
  const rename = (to: string) => {
    const operations = [{ op: "rename_field" as const, model, field: field.name, to: to.trim() }];
    if (!store.perform(t("Rename {{name}}", { name: field.name }), operations)) return store.refusal;
    store.follow({ models: [model], field: to.trim() });
    return null;
  };
  const isText = typeof field.label === "string" ? field.label : "";
  return (
    <div className="min-h-0 flex-1 space-y-3.5 overflow-y-auto p-3 pt-1" data-field>
      <Faults faults={otherProblems(problems, of, KEYS)} />
      <CommitLine label={t("Name")} isMono value={field.name} faults={faults("name")} onCommit={rename} />
      <TextLine
        label={t("Label")}
        help={t("What people read; without one, the name.")}
        value={isText}
        faults={faults("label")}
        onChange={(text) => set("label", text || undefined, `label of ${model}.${field.name}`)}
        onLeave={() => store.seal()}
      />
      <ChoiceLine
        label={t("Type")}
        value={field.type}
        choices={fieldTypes()}
        faults={faults("type")}
        onChange={(type) =>
          store.perform(t("Make {{name}} {{type}}", { name: field.name, type }), retype(model, field, type))
        }
      />
      <div>
        <CheckLine
          label={t("Required")}
          checked={field.required === true}
          faults={faults("required")}
          onChange={(checked) => set("required", checked || undefined)}
        />
        <CheckLine
          label={t("Unique")}
          help={
            canBeUnique(field.type) ? undefined : t("Values of this type are not held against each other.")
          }
          checked={field.unique === true}
          disabled={!canBeUnique(field.type) && field.unique !== true}
          faults={faults("unique")}
          onChange={(checked) => set("unique", checked || undefined)}
        />
      </div>
      <Options field={field} faults={faults} set={set} />
      <Default field={field} faults={faults("default")} set={set} />
      <ForEditing>
        <Place store={store} model={model} field={field} />
      </ForEditing>
    </div>
  );
}

type Set = (key: string, value: unknown) => boolean;

interface OptionsProps {
  field: Field;
  faults: (key: string) => string[];
  set: Set;
}

function Options({ field, faults, set }: OptionsProps) {
  const options = optionsOf(field.type);
  if (options.length === 0) return null;
  const { min, max } = boundLabels(field.type);
  const labels: Record<Option, string> = {
    min,
    max,
    precision: t("Digits in all"),
    scale: t("After the point"),
    values: t("Values, one a line"),
  };
  const values = Array.isArray(field.values) ? field.values : [];
  return (
    <div className="grid grid-cols-2 gap-3">
      {options.map((option) =>
        option === "values" ? (
          <div key={option} className="col-span-2">
            <CommitLine
              label={labels.values}
              isLong
              isMono
              value={values.join("\n")}
              faults={faults("values")}
              onCommit={(text) => {
                const lines = text.split("\n").map((line) => line.trim());
                set("values", lines.filter(Boolean));
                return null;
              }}
            />
          </div>
        ) : (
          <CommitLine
            key={option}
            label={labels[option]}
            value={textOfValue(field[option])}
            faults={faults(option)}
            onCommit={(text) => {
              set(option, typedValue(field.type, option, text));
              return null;
            }}
          />
        ),
      )}
    </div>
  );
}

function Default({ field, faults, set }: { field: Field; faults: string[]; set: Set }) {
  const value = textOfValue(field.default);
  const choices: [string, string][] | undefined =
    field.type === "boolean"
      ? [
          ["true", t("yes")],
          ["false", t("no")],
        ]
      : field.type === "enum" && Array.isArray(field.values)
        ? field.values.map((each) => [String(each), String(each)])
        : undefined;
  const take = (text: string) => set("default", typedValue(field.type, "default", text));
  if (choices) {
    return (
      <ChoiceLine
        label={t("Default")}
        value={value}
        choices={[["", t("none")], ...choices]}
        faults={faults}
        onChange={take}
      />
    );
  }
  return (
    <CommitLine
      label={t("Default")}
      help={t("What a new record has where nothing is given.")}
      value={value}
      faults={faults}
      onCommit={(text) => {
        take(text);
        return null;
      }}
    />
  );
}

function Place({ store, model, field }: FieldFormProps) {
  const fields = useModels(store, (each) => modelOf(each.document, model)?.fields) ?? [];
  const at = fields.indexOf(field);
  const move = (to: number) =>
    store.perform(t("Move {{name}}", { name: field.name }), [
      { op: "move_field", model, field: field.name, at: to },
    ]);
  return (
    <div className="flex flex-wrap gap-1.5 border-t border-line pt-3">
      <Button disabled={at <= 0} onClick={() => move(at - 1)} title={keysText("alt+arrowup")}>
        <ArrowUp aria-hidden />
        {t("Up")}
      </Button>
      <Button
        disabled={at >= fields.length - 1}
        onClick={() => move(at + 1)}
        title={keysText("alt+arrowdown")}
      >
        <ArrowDown aria-hidden />
        {t("Down")}
      </Button>
      <Button
        className="ml-auto"
        onClick={() => {
          store.perform(t("Remove {{name}}", { name: field.name }), [
            { op: "remove_field", model, field: field.name },
          ]);
          store.select([model]);
        }}
      >
        <Trash2 aria-hidden />
        {t("Remove field")}
      </Button>
    </div>
  );
}

// The workflow itself: its name, what a run is given, what it gives, and what holds for all its runs.

import { Trash2 } from "lucide-react";
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Button } from "@/components/button";
import { CONTROL } from "@/components/form";
import { PanelSection } from "@/components/side-panel";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import type { SchemaField, Shape } from "@/lib/schema-field";
import type { SampleData } from "../expressions/sample";
import { scopeOf } from "../expressions/scope";
import type { Path } from "../operations/operation";
import { type DesignerStore, useDesigner } from "../store";
import { AddName } from "./add-name";
import { focusField } from "./focus-field";
import { FormTargetContext } from "./form-target";
import { KeptChoices } from "./kept-choices";
import { setField } from "./node-inspector";
import { runSettings } from "./rules";
import { ScopeContext } from "./scope-context";
import { FieldRow } from "./value-field";

const TEXT: Shape = { type: "text", multiline: false };

const about = (): SchemaField[] => [
  {
    name: "name",
    label: t("Name"),
    help: t("Unique; small letters, digits, _ and -. Other workflows call it by this."),
    required: true,
    fallback: undefined,
    shape: TEXT,
  },
  { name: "label", label: t("Label"), help: undefined, required: false, fallback: undefined, shape: TEXT },
  {
    name: "description",
    label: t("Description"),
    help: undefined,
    required: false,
    fallback: undefined,
    shape: { type: "text", multiline: true },
  },
];

const output = (): SchemaField => ({
  name: "output",
  label: t("Output"),
  help: t("What a run gives; by default the output of its last node."),
  required: false,
  fallback: undefined,
  shape: { type: "any" },
});

interface WorkflowInspectorProps {
  store: DesignerStore;
  sample: SampleData;
  /** A field that is to be shown, as problems name it: `settings.timeout`. */
  wanted: string | null;
  onShown: () => void;
}

export function WorkflowInspector({ store, sample, wanted, onShown }: WorkflowInspectorProps) {
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (wanted === null) return;
    focusField(form.current, wanted);
    onShown();
  }, [wanted, onShown]);
  const document = useDesigner(store, (each) => each.draft.document);
  const problems = useDesigner(store, (each) => each.problems);
  const scope = useMemo(
    () => scopeOf(document, undefined, store.catalogue.kinds, sample),
    [document, store, sample],
  );
  const [kept] = useState(() => new KeptChoices(document));
  useLayoutEffect(() => kept.see(document), [kept, document]);
  const target = useMemo(
    () => ({
      kept,
      set: (path: Path, value: unknown) =>
        kept.edit(
          path,
          () => store.draft.document,
          () => setField(store, undefined, path, value),
        ),
      seal: () => store.seal(),
      problemsAt: (path: Path) => {
        const pointer = `/${path.join("/")}`;
        return problems
          .filter((each) => each.path === pointer || each.path.startsWith(`${pointer}/`))
          .map((each) => each.message);
      },
    }),
    [store, problems, kept],
  );
  const settings = isRecord(document.settings) ? document.settings : {};
  return (
    <ScopeContext value={{ scope, sample }}>
      <FormTargetContext value={target}>
        <div ref={form} className="min-h-0 flex-1 space-y-5 overflow-y-auto p-3 pt-1">
          <div className="space-y-3">
            {about().map((field) => (
              <FieldRow key={field.name} field={field} path={[field.name]} value={document[field.name]} />
            ))}
          </div>
          <PanelSection title={t("Inputs")}>
            <Inputs store={store} inputs={isRecord(document.inputs) ? document.inputs : {}} />
          </PanelSection>
          <FieldRow field={output()} path={["output"]} value={document.output} />
          <PanelSection title={t("All runs")}>
            <div className="space-y-3">
              {runSettings().map((field) => (
                <FieldRow
                  key={field.name}
                  field={field}
                  path={["settings", field.name]}
                  value={settings[field.name]}
                />
              ))}
            </div>
          </PanelSection>
        </div>
      </FormTargetContext>
    </ScopeContext>
  );
}

const TYPES = ["string", "number", "integer", "boolean", "array", "object"];

function Inputs({ store, inputs }: { store: DesignerStore; inputs: Record<string, unknown> }) {
  const addId = useId();
  return (
    <div className="space-y-3">
      {Object.entries(inputs).map(([each, schema]) => (
        <InputRow
          key={each}
          store={store}
          name={each}
          schema={isRecord(schema) ? schema : {}}
          onRemove={() => {
            document.getElementById(addId)?.focus();
            setField(store, undefined, ["inputs", each], undefined);
          }}
        />
      ))}
      <AddName
        id={addId}
        aria-label={t("Name of a new input")}
        taken={Object.keys(inputs)}
        onAdd={(name) => setField(store, undefined, ["inputs", name], { type: "string" })}
      />
    </div>
  );
}

interface InputRowProps {
  store: DesignerStore;
  name: string;
  schema: Record<string, unknown>;
  onRemove: () => void;
}

function InputRow({ store, name, schema, onRemove }: InputRowProps) {
  const set = (field: string, value: unknown) => setField(store, undefined, ["inputs", name, field], value);
  const row = (field: string, label: string, shape: Shape): SchemaField => ({
    name: field,
    label,
    help: undefined,
    required: false,
    fallback: undefined,
    shape,
  });
  return (
    <div className="space-y-2 rounded-md border border-line p-2" data-field={`inputs.${name}`}>
      <code className="block truncate font-mono text-sm font-medium">{name}</code>
      <div className="flex items-center gap-2">
        <select
          aria-label={t("Type of {{name}}", { name })}
          className={cn(CONTROL, "py-1 text-sm")}
          value={typeof schema.type === "string" ? schema.type : ""}
          onChange={(event) => set("type", event.target.value === "" ? undefined : event.target.value)}
        >
          <option value="">{t("any")}</option>
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {type}
            </option>
          ))}
        </select>
        <label className="flex items-center gap-1.5 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={schema.required !== false && schema.default === undefined}
            disabled={schema.default !== undefined}
            onChange={(event) => set("required", event.target.checked ? undefined : false)}
          />
          {t("required")}
        </label>
        <Button
          weight="quiet"
          className="px-1"
          aria-label={t("Remove the input {{name}}", { name })}
          onClick={onRemove}
        >
          <Trash2 aria-hidden />
        </Button>
      </div>
      <FieldRow
        field={row("default", t("Default"), { type: "any" })}
        path={["inputs", name, "default"]}
        value={schema.default}
      />
      <FieldRow
        field={row("description", t("Description"), TEXT)}
        path={["inputs", name, "description"]}
        value={schema.description}
      />
    </div>
  );
}

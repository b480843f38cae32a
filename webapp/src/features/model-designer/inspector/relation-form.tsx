// One relation: how many records stand at each end, what each end calls it, and what happens when one is deleted.

import { ArrowLeftRight, Trash2 } from "lucide-react";
import { Button } from "@/components/button";
import { Trans, t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { reshape, type Shape } from "../gestures";
import type { Relation } from "../operations/document";
import type { Operation } from "../operations/operation";
import { otherProblems, problemsOf } from "../problems";
import { type ModelStore, useModels } from "../store";
import { CheckLine, ChoiceLine, CommitLine, Faults, ForEditing, TextLine } from "./controls";

interface RelationFormProps {
  store: ModelStore;
  relation: Relation;
}

const KEYS = ["kind", "target", "name", "inverse", "label", "required", "on_delete"];

export function RelationForm({ store, relation }: RelationFormProps) {
  const problems = useModels(store, (each) => each.problems);
  const models = useModels(store, (each) => each.document.models);
  const { source, name, target, inverse, kind } = relation;
  const key = { source, name };
  const of = { relation: key };
  const faults = (each: string) => problemsOf(problems, of, each);
  const set = (setting: string, value: unknown, mark?: string) =>
    store.perform(
      t("Set {{setting}} of {{name}}", { setting, name }),
      [{ op: "set", of, key: setting, ...(value !== undefined && { value }) }],
      mark,
    );
  const change = (title: string, operations: Operation[], next: { source: string; name: string }) => {
    if (!store.perform(title, operations)) return store.refusal;
    store.follow({ relation: next });
    return null;
  };
  const shapeTo = (shape: string) => {
    const { operations, key: next } = reshape(relation, shape as Shape);
    change(t("Change the kind of {{name}}", { name }), operations, next);
  };
  const explained = {
    values: { way: `${source}.${name}`, back: `${target}.${inverse}`, source, target },
    components: { c: <code className="font-mono text-ink text-xs" /> },
  };
  return (
    <div className="min-h-0 flex-1 space-y-3.5 overflow-y-auto p-3 pt-1" data-field>
      <Faults faults={otherProblems(problems, of, KEYS)} />
      <ChoiceLine
        label={t("Kind")}
        value={kind === "n-n" ? "many-to-many" : "many-to-one"}
        choices={[
          ["many-to-one", t("Many to one: each of {{source}} has one of {{target}}", { source, target })],
          ["one-to-many", t("One to many: each of {{source}} has many of {{target}}", { source, target })],
          ["many-to-many", t("Many to many: each has many of the other")],
        ]}
        faults={faults("kind")}
        onChange={shapeTo}
      />
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted text-sm">
        <span className="min-w-0 break-words">
          {kind === "n-n" ? (
            <Trans
              i18nKey="<c>{{way}}</c> is any number of {{target}}; <c>{{back}}</c> are those of {{source}} that refer to it."
              {...explained}
            />
          ) : (
            <Trans
              i18nKey="<c>{{way}}</c> is one of {{target}}; <c>{{back}}</c> are those of {{source}} that refer to it."
              {...explained}
            />
          )}
        </span>
      </p>
      <CommitLine
        label={t("What {{source}} calls it", { source })}
        isMono
        value={name}
        faults={faults("name")}
        onCommit={(text) => {
          const to = text.trim();
          return change(t("Rename {{name}}", { name }), [{ op: "rename_relation", ...key, to }], {
            source,
            name: to,
          });
        }}
      />
      <CommitLine
        label={t("What {{target}} calls it", { target })}
        isMono
        value={inverse}
        faults={faults("inverse")}
        onCommit={(text) => (set("inverse", text.trim()) ? null : store.refusal)}
      />
      <ChoiceLine
        label={t("Leads to")}
        value={target}
        choices={models.map((model) => [model.name, model.name])}
        faults={faults("target")}
        onChange={(to) => set("target", to)}
      />
      <TextLine
        label={t("Label")}
        help={t("What people read; without one, the name.")}
        value={textOf(relation.label) ?? ""}
        faults={faults("label")}
        onChange={(text) => set("label", text || undefined, `label of ${source}.${name}`)}
        onLeave={() => store.seal()}
      />
      {(kind !== "n-n" || relation.required === true) && (
        <CheckLine
          label={t("Required")}
          help={t("Whether each of {{source}} has to have one.", { source })}
          checked={relation.required === true}
          faults={faults("required")}
          onChange={(checked) => set("required", checked || undefined)}
        />
      )}
      <OnDelete
        relation={relation}
        faults={faults("on_delete")}
        onChange={(value) => set("on_delete", value)}
      />
      <ForEditing>
        <div className="flex flex-wrap gap-1.5 border-t border-line pt-3">
          {kind !== "n-n" && (
            <Button onClick={() => shapeTo("one-to-many")}>
              <ArrowLeftRight aria-hidden />
              {t("Turn round")}
            </Button>
          )}
          <Button
            className="ml-auto"
            onClick={() => {
              store.perform(t("Remove {{name}}", { name }), [{ op: "unrelate", ...key }]);
              store.select([source]);
            }}
          >
            <Trash2 aria-hidden />
            {t("Remove relation")}
          </Button>
        </div>
      </ForEditing>
    </div>
  );
}

interface OnDeleteProps {
  relation: Relation;
  faults: string[];
  onChange: (value: string | undefined) => void;
}

function OnDelete({ relation, faults, onChange }: OnDeleteProps) {
  const { kind, source, target } = relation;
  const isMany = kind === "n-n";
  const choices: [string, string][] = [
    ["", isMany ? t("The usual: it drops the link") : t("The usual: it is refused")],
    ["restrict", t("It is refused while something refers to it")],
    ["cascade", isMany ? t("The link is dropped") : t("Its {{source}} are deleted as well", { source })],
  ];
  if (!isMany) choices.push(["set_null", t("Its {{source}} go on without it", { source })]);
  return (
    <ChoiceLine
      label={t("When one of {{target}} is deleted", { target })}
      value={textOf(relation.on_delete) ?? ""}
      choices={choices}
      faults={faults}
      onChange={(value) => onChange(value || undefined)}
    />
  );
}

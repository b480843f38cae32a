// What is chosen on the canvas, as a form: what the node does, the rules by which it runs, and what it gave last.

import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { NodeKind } from "@/api/types";
import { Button } from "@/components/button";
import { sayText } from "@/components/canvas/kind-texts";
import { CodeText } from "@/components/code-text";
import { PanelSection } from "@/components/side-panel";
import { Tabs } from "@/components/tabs";
import { Trans, t } from "@/lib/i18n";
import { isRecord, valueAt } from "@/lib/json";
import { readFields } from "@/lib/schema-field";
import { blocksOf } from "../catalogue";
import type { SampleData } from "../expressions/sample";
import { scopeOf, scopeOfBlock } from "../expressions/scope";
import { type FlowNode, locate, PARTS, type Part } from "../operations/document";
import type { Path } from "../operations/operation";
import { problemsAt } from "../problems";
import { type DesignerStore, useDesigner } from "../store";
import { focusField } from "./focus-field";
import { FormTargetContext } from "./form-target";
import { IdField } from "./id-field";
import { KeptChoices } from "./kept-choices";
import { nodeRules } from "./rules";
import { ScopeContext } from "./scope-context";
import { FieldRow } from "./value-field";

type TabName = "settings" | "rules" | "data";

interface NodeInspectorProps {
  store: DesignerStore;
  node: FlowNode;
  kind: NodeKind | undefined;
  sample: SampleData;
  /** What the last run knows of the node. */
  data: ReactNode;
  /** A field that is to be shown, as problems name it: `with.url`, `retry`. */
  wanted: string | null;
  onShown: () => void;
}

export function NodeInspector(props: NodeInspectorProps) {
  const { store, node, kind, sample, data, wanted, onShown } = props;
  const [tab, setTab] = useState<TabName>("settings");
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (wanted === null) return;
    const place: TabName = nodeRules().some(({ name }) => name === wanted.split(".")[0])
      ? "rules"
      : "settings";
    if (tab !== place) return setTab(place);
    focusField(form.current, wanted);
    onShown();
  }, [wanted, tab, onShown]);
  const problems = useDesigner(store, (each) => each.problems);
  const document = useDesigner(store, (each) => each.draft.document);
  const scope = useMemo(
    () => scopeOf(document, node.id, store.catalogue.kinds, sample),
    [document, node.id, store, sample],
  );
  const [kept] = useState(() => new KeptChoices(node));
  useLayoutEffect(() => kept.see(node), [kept, node]);
  const target = useMemo(
    () => ({
      kept,
      set: (path: Path, value: unknown) =>
        kept.edit(
          path,
          () => locate(store.draft.document, node.id)?.node,
          () => setField(store, node.id, path, value),
        ),
      seal: () => store.seal(),
      problemsAt: (path: Path) => problemsAt(problems, node.id, path.join(".")),
    }),
    [store, node.id, problems, kept],
  );
  const fields = useMemo(() => readFields(kind?.config_schema, kind?.scripts, sayText), [kind]);
  const settings = isRecord(node.with) ? node.with : {};
  const { args } = settings;
  const scoped = useMemo(() => ({ scope, sample, args }), [scope, sample, args]);
  const others = problems.filter((problem) => problem.node === node.id && !isShown(problem.field, fields));
  return (
    <ScopeContext value={scoped}>
      <FormTargetContext value={target}>
        <Tabs<TabName>
          label={t("Node")}
          current={tab}
          onChange={setTab}
          tabs={[
            { name: "settings", label: t("Settings") },
            { name: "rules", label: t("Rules") },
            { name: "data", label: t("Last run") },
          ]}
        >
          {tab === "data" ? (
            data
          ) : (
            <div ref={form} className="min-h-0 flex-1 space-y-4 overflow-y-auto p-3">
              {tab === "settings" ? (
                <>
                  {kind && (
                    <p className="text-muted text-sm">
                      <CodeText text={sayText(kind.summary)} />
                    </p>
                  )}
                  {!kind && (
                    <p className="text-bad text-sm">
                      <Trans
                        i18nKey="This server knows no kind <c>{{kind}}</c>."
                        values={{ kind: node.kind }}
                        components={{ c: <code className="font-mono" /> }}
                      />
                    </p>
                  )}
                  {kind && !kind.enabled && (
                    <p className="rounded-md bg-warn-soft px-2.5 py-1.5 text-sm text-warn">
                      {kind.disabled_reason
                        ? t("This kind is switched off: {{reason}}", {
                            reason: sayText(kind.disabled_reason),
                          })
                        : t("This kind is switched off.")}
                    </p>
                  )}
                  {others.map((problem) => (
                    <p
                      key={problem.path + problem.message}
                      className="text-bad text-sm first-letter:uppercase"
                    >
                      <CodeText text={problem.message} />
                    </p>
                  ))}
                  {fields.map((field) => (
                    <FieldRow
                      key={field.name}
                      field={field}
                      path={["with", field.name]}
                      value={settings[field.name]}
                    />
                  ))}
                  {kind && fields.length === 0 && (
                    <p className="text-muted text-sm">{t("There is nothing to set.")}</p>
                  )}
                  <Blocks store={store} node={node} sample={sample} />
                </>
              ) : (
                <>
                  <IdField key={node.id} store={store} id={node.id} />
                  {nodeRules().map((field) => (
                    <FieldRow key={field.name} field={field} path={[field.name]} value={node[field.name]} />
                  ))}
                </>
              )}
            </div>
          )}
        </Tabs>
      </FormTargetContext>
    </ScopeContext>
  );
}

export function setField(store: DesignerStore, node: string | undefined, path: Path, value: unknown): void {
  const { document } = store.draft;
  const before = valueAt(node === undefined ? document : locate(document, node)?.node, path);
  if (value === undefined && before === undefined) return;
  const key = path.filter((step) => step !== "with").join(".");
  const title = node ? t("Set {{key}} of {{name}}", { key, name: node }) : t("Set {{key}}", { key });
  const operation = {
    op: "set" as const,
    ...(node !== undefined && { node }),
    path,
    ...(value !== undefined && { value }),
  };
  store.perform(title, [operation], `${node ?? ""}/${path.join("/")}`);
}

function isShown(field: string | undefined, fields: readonly { name: string }[]): boolean {
  if (field === undefined) return false;
  const [first, second] = field.split(".");
  if (first === "with") return fields.some(({ name }) => name === second);
  return nodeRules().some(({ name }) => name === first);
}

interface InBlockProps {
  store: DesignerStore;
  node: string;
  part: Part;
  isAtEnd: boolean;
  sample: SampleData;
  children: ReactNode;
}

/** Fields that a block says of itself: they read what it gives to those within. */
function InBlock({ store, node, part, isAtEnd, sample, children }: InBlockProps) {
  const document = useDesigner(store, (each) => each.draft.document);
  const value = useMemo(
    () => ({
      scope: scopeOfBlock(document, { node, part }, isAtEnd, store.catalogue.kinds, sample),
      sample,
    }),
    [document, store, node, part, isAtEnd, sample],
  );
  return <ScopeContext value={value}>{children}</ScopeContext>;
}

/** The blocks of a node: what they give, and those that it may have besides. */
function Blocks({ store, node, sample }: { store: DesignerStore; node: FlowNode; sample: SampleData }) {
  const { always, maybe = [], asks } = blocksOf(node.kind);
  const present = PARTS.filter((part) => node[part]);
  const offered = [...always, ...maybe, "undo" as const].filter((part) => !node[part]);
  return (
    <PanelSection title={t("Blocks")}>
      <div className="space-y-3">
        {present.map((part) => (
          <div key={part} className="space-y-2">
            <div className="flex items-center justify-between text-sm">
              <span>
                <code className="font-mono text-xs">{part}</code>{" "}
                <span className="text-muted">
                  {t("{{count}} nodes", { count: node[part]?.nodes.length ?? 0 })}
                </span>
              </span>
              {!always.includes(part) && (
                <Button
                  weight="quiet"
                  onClick={() =>
                    store.perform(t("Remove {{part}} of {{node}}", { part, node: node.id }), [
                      { op: "set_block", node: node.id, part },
                    ])
                  }
                >
                  {t("Remove")}
                </Button>
              )}
            </div>
            {part === asks && (
              <InBlock store={store} node={node.id} part={part} isAtEnd={false} sample={sample}>
                <FieldRow
                  field={{
                    name: "while",
                    label: t("while"),
                    help: t("Asked before each turn; false ends the loop."),
                    required: true,
                    fallback: undefined,
                    shape: { type: "code" },
                  }}
                  path={[part, "while"]}
                  value={node[part]?.while}
                />
              </InBlock>
            )}
            {part !== "undo" && (
              <InBlock store={store} node={node.id} part={part} isAtEnd sample={sample}>
                <FieldRow
                  field={{
                    name: "output",
                    label: t("output of {{part}}", { part }),
                    help: t("By default what its last node gives."),
                    required: false,
                    fallback: undefined,
                    shape: { type: "any" },
                  }}
                  path={[part, "output"]}
                  value={node[part]?.output}
                />
              </InBlock>
            )}
          </div>
        ))}
        <div className="flex flex-wrap gap-1.5">
          {offered.map((part) => (
            <Button
              key={part}
              onClick={() =>
                store.perform(t("Add {{part}} to {{node}}", { part, node: node.id }), [
                  { op: "set_block", node: node.id, part, block: { nodes: [] } },
                ])
              }
            >
              {t("Add {{name}}", { name: part })}
            </Button>
          ))}
        </div>
        {present.length === 0 && (
          <p className="text-muted text-xs">
            <CodeText
              text={t("An `undo` says how to take back what this node did, should the run fail later.")}
            />
          </p>
        )}
      </div>
    </PanelSection>
  );
}

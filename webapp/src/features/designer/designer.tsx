// The workflow designer: canvas, inspector and text of one draft, and everything that can be done to it.

import { Code, History as HistoryIcon, Play } from "lucide-react";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "@/components/button";
import { CanvasGroup } from "@/components/canvas/canvas-group";
import { goOnAtCanvas } from "@/components/canvas/go-on";
import { findNode } from "@/components/canvas/graph";
import { NodeSettings } from "@/components/canvas/node-settings";
import { NodeTitle } from "@/components/canvas/node-title";
import { isNote, withoutNotes } from "@/components/canvas/notes";
import { PART_COMMANDS, useParts } from "@/components/canvas/parts";
import type { ProgressSource } from "@/components/canvas/progress";
import type { CanvasHandle } from "@/components/canvas/use-canvas-handle";
import { EditNotices, UndoButtons } from "@/components/edit-notices";
import { NotSaved } from "@/components/not-saved";
import { Page } from "@/components/page";
import { ProblemCount, ProblemList } from "@/components/problem-list";
import { SaveButton } from "@/components/save-button";
import { SidePanel, SidePanelWait } from "@/components/side-panel";
import { useCommandKeys } from "@/components/use-command-keys";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { DesignerCanvas } from "./canvas/designer-canvas";
import type { SampleData } from "./expressions/sample";
import { addNode, removeChosen, type Target } from "./gestures";
import { EdgeInspector } from "./inspector/edge-inspector";
import { NodeInspector } from "./inspector/node-inspector";
import { SelectionInspector } from "./inspector/selection-inspector";
import { WorkflowInspector } from "./inspector/workflow-inspector";
import { addNote, chosenInWords } from "./notes";
import { locate } from "./operations/document";
import type { Operation } from "./operations/operation";
import { Overlays } from "./overlays";
import { PinNotice } from "./pins/pin-notice";
import { edgeInWords, leavingOf, type Problem } from "./problems";
import { type DesignerStore, type SavedVersion, useDesigner } from "./store";
import { useClipboard } from "./use-clipboard";
import { type Overlay, useCommands } from "./use-commands";
import type { useSave } from "./use-save";
import { useValidation } from "./use-validation";
import { neighbourOf } from "./ways";
import { WorkflowConflict } from "./workflow-conflict";

const CodePanel = lazy(() => import("./code/code-panel").then((each) => ({ default: each.CodePanel })));
const VersionPanel = lazy(() =>
  import("./history/version-panel").then((each) => ({ default: each.VersionPanel })),
);

const EVERYWHERE = ["save", "commands", "run", "run-from", ...PART_COMMANDS];
const CANVAS_ONLY = ["add", "inspect", "leave", "toggle"];

interface DesignerProps {
  store: DesignerStore;
  saving: ReturnType<typeof useSave>;
  /** The run whose lights are shown. */
  progress: ProgressSource | null;
  sample: SampleData;
  /** What the run on screen knows of a node. */
  data: (node: string) => ReactNode;
  /** What stands above the canvas about the run. */
  runLine: ReactNode;
  /** Where the time of the last run went, when that is wanted. */
  times: ReactNode;
  onTimes: (() => void) | undefined;
  mayRun: boolean;
  /** Publishes the version that is saved. */
  publish: ReactNode;
  onRun: (saved: SavedVersion, only: string | undefined) => void;
  /** Goes on from a node of the last run; nothing as long as none has ended. */
  onRunFrom: ((saved: SavedVersion, node: string) => void) | undefined;
  title: string;
  heading: ReactNode;
}

export function Designer(props: DesignerProps) {
  const { store, saving, progress, sample, data, runLine, mayRun, onRun, onRunFrom, title, heading } = props;
  const { times, onTimes, publish } = props;
  const canvas = useRef<CanvasHandle>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [overlay, setOverlay] = useState<{ name: Overlay; target: Target }>({ name: null, target: {} });
  /** The node with the keyboard that was left out of what is chosen: coming back to it from a list does not choose it. */
  const leftOut = useRef<string | undefined>(undefined);
  /** The field that a problem led to; the inspector of its node takes the keyboard there. */
  const [wanted, setWanted] = useState<{ node: string | undefined; field: string } | null>(null);
  const [side, setSide] = useState<"code" | "versions" | null>(null);
  const selection = useDesigner(store, (each) => each.selection);
  const edge = useDesigner(store, (each) => each.edge);
  const document = useDesigner(store, (each) => each.draft.document);
  const graph = useDesigner(store, (each) => each.graph);
  const problems = useDesigner(store, (each) => each.problems);
  const faultyText = useDesigner(store, (each) => each.faultyText);
  const isChecked = useValidation(store);
  useEffect(() => store.recallText(), [store]);

  const show = useCallback((name: Overlay, target: Target = {}) => setOverlay({ name, target }), []);
  const close = useCallback(() => setOverlay({ name: null, target: {} }), []);
  const chosen = useCallback(
    (id: string) => {
      store.select([id]);
      canvas.current?.focus(id);
    },
    [store],
  );
  const remove = useCallback(
    (title: string) => {
      const { edge, selection } = store;
      const next = edge ? edge.from : neighbourOf(store.draft.document, withoutNotes(selection));
      const operations: Operation[] = edge
        ? [{ op: "disconnect", ...edge }]
        : removeChosen(store.draft, selection);
      if (!store.perform(title, operations)) return;
      // Where an edge began is only gone on at: the next Delete is not meant for the node.
      if (edge) canvas.current?.focus(edge.from);
      else if (next === undefined) goOnAtCanvas();
      else chosen(next);
    },
    [store, chosen],
  );
  useClipboard(
    store,
    useCallback(() => remove(t("Cut")), [remove]),
    useCallback(
      (ids: string[]) => {
        store.select(ids);
        const [first] = ids;
        // Where there was room may be far from what is looked at.
        if (first !== undefined) canvas.current?.focus(first);
      },
      [store],
    ),
  );
  const { save } = saving;
  /** What runs is what is on the canvas. */
  const withSaved = useCallback(
    async (then: (saved: SavedVersion) => void) => {
      if (!mayRun) return;
      const isNew = store.base.id === undefined;
      store.settleTyping();
      if ((store.isDirty || isNew) && !(await save())) return;
      const saved = store.savedVersion();
      if (saved) then(saved);
    },
    [store, save, mayRun],
  );
  const context = useMemo(
    () => ({
      store,
      canvas,
      show,
      save: () => void save(),
      run: (only?: string) => void withSaved((saved) => onRun(saved, only)),
      runFrom: mayRun && onRunFrom && ((node: string) => void withSaved((saved) => onRunFrom(saved, node))),
      addNote: () => {
        const id = addNote(store);
        if (id !== undefined) focusNote(id);
      },
      leaveOut: (node: string) => {
        leftOut.current = node;
        store.select(store.selection.filter((each) => each !== node));
      },
      remove: () => remove(store.edge ? t("Delete the edge") : t("Delete")),
      inspect: () => focusFirst(panel.current),
      leave: () => {
        const at = store.edge && window.document.activeElement?.closest<HTMLElement>(".react-flow__node");
        // From an edge back to the node from where it was reached.
        if (at?.dataset.id !== undefined) store.select([at.dataset.id]);
        else if (store.selection.length > 0 || store.edge) store.select([]);
        else window.document.querySelector<HTMLElement>("[data-part=actions] button:enabled")?.focus();
      },
      toggleTimes: onTimes,
      toggleCode: () => setSide((now) => (now === "code" ? null : "code")),
      toggleVersions: () => setSide((now) => (now === "versions" ? null : "versions")),
    }),
    [store, show, save, remove, mayRun, withSaved, onRun, onRunFrom, onTimes],
  );
  const commands = useCommands(context);
  useCommandKeys(commands, EVERYWHERE, CANVAS_ONLY);
  useParts();

  const add = (kind: string) => {
    const { operations, id } = addNode(store.draft, store.arrangement, store.catalogue, kind, overlay.target);
    close();
    if (store.perform(t("Add {{name}}", { name: id }), operations)) chosen(id);
  };
  const isLeftOut = (id: string | undefined) =>
    id !== undefined && id === leftOut.current && !selection.includes(id);
  const reach = (id: string) => {
    if (isLeftOut(id)) return;
    leftOut.current = undefined;
    const isAtEdge = id === edge?.from || id === edge?.to;
    // Of several, the one with the keyboard may be left out, and coming back to it chooses nothing.
    if (!isNote(id) && !isAtEdge && selection.length < 2) store.select([id]);
  };
  const forgetWanted = useCallback(() => setWanted(null), []);
  const chosenNodes = withoutNotes(selection);
  const only = selection.length === 1 ? chosenNodes[0] : undefined;
  const node = only === undefined ? undefined : locate(document, only)?.node;
  /** Where Escape leads from the settings of an edge or of several nodes. */
  const beside = edge?.from ?? chosenNodes[0];
  const drawn = only === undefined ? undefined : findNode(graph, only);
  const actions = (
    <DesignerActions
      store={store}
      busy={saving.busy}
      side={side}
      mayRun={mayRun}
      isChecked={isChecked}
      context={context}
    >
      {publish}
    </DesignerActions>
  );
  return (
    <Page fill title={title} heading={heading} actions={actions}>
      <div className="flex min-h-0 flex-1 flex-col md:flex-row">
        <div
          className={cn(
            "min-w-0 flex-1 flex-col max-md:flex-none md:min-h-0",
            side === "versions" ? "hidden" : "flex",
          )}
        >
          {runLine}
          <EditNotices store={store} />
          <PinNotice store={store} />
          <CanvasGroup
            keys={
              store.isReadOnly
                ? t(
                    "Arrow keys go from node to node, E goes along the edges of a node, Enter shows its settings, Escape leaves the canvas, and the question mark lists all keys.",
                  )
                : t(
                    "Arrow keys go from node to node, with Ctrl and Shift they choose several, E goes along the edges of a node, Tab adds the next one, Enter edits its settings, Escape leaves the canvas, and the question mark lists all keys.",
                  )
            }
            onReach={reach}
          >
            <span role="status" className="sr-only">
              {edge && t("Edge from {{from}} to {{to}}", { from: leavingOf(edge), to: edge.to })}
            </span>
            <DesignerCanvas
              store={store}
              progress={progress}
              handle={canvas}
              onNote={context.addNote}
              onAdd={useCallback((target: Target) => show("palette", target), [show])}
            />
          </CanvasGroup>
          {times && (
            <section
              aria-label={t("Times of the last run")}
              data-part="times"
              className="thin-scroll max-h-[36%] shrink-0 overflow-y-auto border-t border-line bg-page py-1"
            >
              {times}
            </section>
          )}
          <ProblemList
            faultyText={faultyText}
            onText={() => setSide("code")}
            problems={problems.map((problem) => ({
              place: placeOf(problem),
              message: problem.message,
              lang: problem.lang,
              onJump: () => {
                const { node: at, field, edge } = problem;
                if (edge) store.selectEdge(edge);
                else if (at === undefined) store.select([]);
                else if (field === undefined) chosen(at);
                else store.select([at]);
                // The text stands where the settings of the workflow do.
                if (at === undefined && field !== undefined && !edge) setSide(null);
                setWanted(field === undefined || edge ? null : { node: at, field });
              },
            }))}
          />
        </div>
        {side === "code" && (
          <Suspense fallback={<SidePanelWait />}>
            <CodePanel store={store} onClose={() => setSide(null)} />
          </Suspense>
        )}
        {side === "versions" && store.base.id !== undefined && (
          <Suspense fallback={<SidePanelWait />}>
            <VersionPanel store={store} workflowId={store.base.id} onClose={() => setSide(null)} />
          </Suspense>
        )}
        {side !== "versions" && (side !== "code" || node || edge) && (
          <div ref={panel} className="contents">
            {node && drawn ? (
              <SidePanel
                key={node.id}
                label={t("Node")}
                title={<NodeTitle node={drawn} />}
                onClose={() => store.select([])}
                onEscape={() => canvas.current?.focus(node.id)}
              >
                {store.isReadOnly ? (
                  <NodeSettings node={drawn} kind={store.catalogue.kinds.get(node.kind)} />
                ) : (
                  <NodeInspector
                    store={store}
                    node={node}
                    kind={store.catalogue.kinds.get(node.kind)}
                    sample={sample}
                    data={data(node.id)}
                    wanted={wanted?.node === node.id ? wanted.field : null}
                    onShown={forgetWanted}
                  />
                )}
              </SidePanel>
            ) : (
              <SidePanel
                label={edge ? t("Edge") : selection.length > 1 ? t("Selection") : t("Workflow")}
                title={
                  <h2 className="font-medium">
                    {edge
                      ? edgeInWords(edge)
                      : selection.length > 1
                        ? chosenInWords(selection)
                        : t("This workflow")}
                  </h2>
                }
                onEscape={beside === undefined ? undefined : () => canvas.current?.focus(beside)}
              >
                {store.isReadOnly ? (
                  <OnlyToLook description={edge ? undefined : document.description} isWhole={!edge} />
                ) : edge ? (
                  <EdgeInspector
                    store={store}
                    edge={edge}
                    onInsert={() => show("palette", { edge })}
                    onRemove={context.remove}
                    onGo={chosen}
                  />
                ) : selection.length > 1 ? (
                  <SelectionInspector store={store} onRemove={context.remove} />
                ) : (
                  <WorkflowInspector
                    store={store}
                    sample={sample}
                    wanted={wanted && wanted.node === undefined ? wanted.field : null}
                    onShown={forgetWanted}
                  />
                )}
              </SidePanel>
            )}
          </div>
        )}
        <Overlays
          name={overlay.name}
          store={store}
          commands={commands}
          onAdd={add}
          onWhere={(target) => show("palette", target)}
          onGo={chosen}
          onClose={() => {
            close();
            if (only !== undefined && !isLeftOut(leftOut.current)) canvas.current?.focus(only);
          }}
        />
        {saving.conflict && (
          <WorkflowConflict
            conflict={saving.conflict}
            onChoose={(choice) => {
              saving.settle(choice);
              // The button that saves may have nothing left to do, and takes the keyboard no more.
              goOnAtCanvas();
            }}
            onClose={saving.reset}
          />
        )}
        <NotSaved failure={saving.failure} onRetry={() => void save()} onClose={saving.reset} />
      </div>
    </Page>
  );
}

interface ActionsProps {
  store: DesignerStore;
  busy: boolean;
  side: "code" | "versions" | null;
  mayRun: boolean;
  isChecked: boolean;
  context: { save: () => void; run: () => void; toggleCode: () => void; toggleVersions: () => void };
  children: ReactNode;
}

function DesignerActions({ store, busy, side, mayRun, isChecked, context, children }: ActionsProps) {
  const count = useDesigner(store, (each) => each.problems.length + (each.faultyText ? 1 : 0));
  const isDirty = useDesigner(store, (each) => each.isDirty);
  const isSaved = useDesigner(store, (each) => each.base.id !== undefined);
  return (
    <div data-part="actions" className="flex flex-wrap items-center gap-1.5">
      <ProblemCount count={count} isChecked={isChecked} />
      {!store.isReadOnly && <UndoButtons store={store} />}
      <Button aria-pressed={side === "code"} onClick={context.toggleCode}>
        <Code aria-hidden />
        <span className="max-sm:sr-only">{t("Code")}</span>
      </Button>
      {isSaved && (
        <Button aria-pressed={side === "versions"} onClick={context.toggleVersions}>
          <HistoryIcon aria-hidden />
          <span className="max-sm:sr-only">{t("Versions")}</span>
        </Button>
      )}
      {!store.isReadOnly && (
        <SaveButton busy={busy} isSaved={isSaved && !isDirty} disabled={!isDirty} onSave={context.save} />
      )}
      {children}
      {mayRun && (
        <Button weight="primary" disabled={busy} onClick={() => context.run()}>
          <Play aria-hidden className="fill-current" />
          {isDirty ? t("Save and run") : t("Run (verb)")}
        </Button>
      )}
    </div>
  );
}

function OnlyToLook({ description, isWhole }: { description: unknown; isWhole: boolean }) {
  return (
    <div className="space-y-3 p-3 pt-0 text-sm text-muted">
      {isWhole && <p>{textOf(description) ?? t("It has no description.")}</p>}
      <p>{t("For reading only: changing it takes another role.")}</p>
    </div>
  );
}

function placeOf({ node, field, edge }: Problem): string {
  if (edge) return edgeInWords(edge);
  return [node ?? t("Workflow"), field].filter(Boolean).join(" · ");
}

/** Once it is drawn. */
function focusNote(id: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-note="${CSS.escape(id)}"] textarea`)?.focus(),
    ),
  );
}

function focusFirst(panel: HTMLElement | null): void {
  panel
    ?.querySelector<HTMLElement>(
      "[role=tabpanel] :is(input, textarea, select), [data-field] :is(input, textarea, select)",
    )
    ?.focus();
}

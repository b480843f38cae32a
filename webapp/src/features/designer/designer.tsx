// The workflow designer: canvas, inspector and text of one draft, and everything that can be done to it.
import { Code, History as HistoryIcon, Play, Redo2, Save, Undo2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "@/components/button";
import { findNode } from "@/components/canvas/graph";
import { NodeTitle } from "@/components/canvas/node-title";
import type { ProgressSource } from "@/components/canvas/progress";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { Page } from "@/components/page";
import { SidePanel } from "@/components/side-panel";
import { SkeletonRows } from "@/components/skeleton";
import { cn } from "@/lib/cn";
import { type CanvasHandle, DesignerCanvas } from "./canvas/designer-canvas";
import { commandFor, isTyping } from "./commands";
import { ConflictDialog } from "./conflict-dialog";
import type { SampleData } from "./expressions/sample";
import { addNode, type Target } from "./gestures";
import { NodeInspector } from "./inspector/node-inspector";
import { SelectionInspector } from "./inspector/selection-inspector";
import { WorkflowInspector } from "./inspector/workflow-inspector";
import { locate } from "./operations/document";
import { Overlays } from "./overlays";
import { ProblemCount, ProblemList } from "./problem-list";
import { type DesignerStore, type SavedVersion, useDesigner } from "./store";
import { useClipboard } from "./use-clipboard";
import { type Overlay, useCommands } from "./use-commands";
import type { useSave } from "./use-save";
import { useValidation } from "./use-validation";

const CodePanel = lazy(() => import("./code/code-panel").then((each) => ({ default: each.CodePanel })));
const VersionPanel = lazy(() =>
  import("./history/version-panel").then((each) => ({ default: each.VersionPanel })),
);

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
  mayRun: boolean;
  onRun: (saved: SavedVersion, only: string | undefined) => void;
  title: string;
  heading: ReactNode;
}

export function Designer(props: DesignerProps) {
  const { store, saving, progress, sample, data, runLine, mayRun, onRun, title, heading } = props;
  const canvas = useRef<CanvasHandle>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [overlay, setOverlay] = useState<{ name: Overlay; target: Target }>({ name: null, target: {} });
  const [side, setSide] = useState<"code" | "versions" | null>(null);
  const selection = useDesigner(store, (each) => each.selection);
  const document = useDesigner(store, (each) => each.draft.document);
  const graph = useDesigner(store, (each) => each.graph);
  const refusal = useDesigner(store, (each) => each.refusal);
  useValidation(store);

  const show = useCallback((name: Overlay, target: Target = {}) => setOverlay({ name, target }), []);
  const close = useCallback(() => setOverlay({ name: null, target: {} }), []);
  const chosen = useCallback(
    (id: string) => {
      store.select([id]);
      canvas.current?.focus(id);
    },
    [store],
  );
  useClipboard(
    store,
    useCallback((ids: string[]) => store.select(ids), [store]),
  );
  const { save } = saving;
  const run = useCallback(
    async (only?: string) => {
      if (!mayRun) return;
      const isNew = store.base.id === undefined;
      if ((store.isDirty || isNew) && !(await save())) return;
      const saved = store.savedVersion();
      if (saved) onRun(saved, only);
    },
    [store, save, onRun, mayRun],
  );
  const context = useMemo(
    () => ({
      store,
      canvas,
      show,
      save: () => void save(),
      run: (only?: string) => void run(only),
      inspect: () => focusFirst(panel.current),
      leave: () => {
        if (store.selection.length > 0 || store.edge) store.select([]);
        else window.document.querySelector<HTMLElement>("[data-designer-actions] button")?.focus();
      },
      toggleCode: () => setSide((now) => (now === "code" ? null : "code")),
      toggleVersions: () => setSide((now) => (now === "versions" ? null : "versions")),
    }),
    [store, show, save, run],
  );
  const commands = useCommands(context);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || window.document.querySelector("dialog[open]")) return;
      const command = commandFor(commands, event);
      if (!command) return;
      const isEverywhere = ["save", "commands", "run"].includes(command.id);
      if (isTyping(event.target) && !isEverywhere) return;
      // Elsewhere on the page these keys are those of buttons, links and tabs.
      const isCanvasOnly = ["add", "inspect", "leave"].includes(command.id) || command.id.startsWith("walk");
      if (isCanvasOnly && event.key !== "/" && !isOnCanvas(event.target)) return;
      event.preventDefault();
      command.run();
    };
    window.document.addEventListener("keydown", onKeyDown);
    return () => window.document.removeEventListener("keydown", onKeyDown);
  }, [commands]);

  const add = (kind: string) => {
    const { operations, id } = addNode(store.draft, store.arrangement, store.catalogue, kind, overlay.target);
    close();
    if (store.perform(`Add ${id}`, operations)) chosen(id);
  };
  const only = selection.length === 1 ? selection[0] : undefined;
  const node = only === undefined ? undefined : locate(document, only)?.node;
  const drawn = only === undefined ? undefined : findNode(graph, only);
  const actions = (
    <DesignerActions store={store} busy={saving.busy} side={side} mayRun={mayRun} context={context} />
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
          <Notices store={store} runLine={runLine} refusal={refusal} />
          {/* biome-ignore lint/a11y/useSemanticElements: a canvas is no form. */}
          <div
            role="group"
            aria-label="Canvas"
            aria-describedby="designer-keys"
            className="relative min-h-0 flex-1 max-md:h-[60vh] max-md:flex-none"
            onFocus={(event) => {
              const id = event.target.closest<HTMLElement>(".react-flow__node")?.dataset.id;
              if (id && event.target.matches(":focus-visible") && !store.selection.includes(id))
                store.select([id]);
            }}
          >
            <span id="designer-keys" className="sr-only">
              Arrow keys go from node to node, Tab adds the next one, Enter edits its settings, Escape leaves
              the canvas, and the question mark lists all keys.
            </span>
            <DesignerCanvas
              store={store}
              progress={progress}
              handle={canvas}
              onAdd={useCallback((target: Target) => show("palette", target), [show])}
            />
          </div>
          <ProblemList store={store} onJump={(id) => (id === null ? store.select([]) : chosen(id))} />
        </div>
        {side === "code" && (
          <Suspense fallback={<SideWait />}>
            <CodePanel store={store} onClose={() => setSide(null)} />
          </Suspense>
        )}
        {side === "versions" && store.base.id !== undefined && (
          <Suspense fallback={<SideWait />}>
            <VersionPanel store={store} workflowId={store.base.id} onClose={() => setSide(null)} />
          </Suspense>
        )}
        {side !== "versions" && (side !== "code" || node) && (
          <div ref={panel} className="contents">
            {node && drawn ? (
              <SidePanel
                key={node.id}
                label="Node"
                title={<NodeTitle node={drawn} />}
                onClose={() => store.select([])}
              >
                <NodeInspector
                  store={store}
                  node={node}
                  kind={store.catalogue.kinds.get(node.kind)}
                  sample={sample}
                  data={data(node.id)}
                />
              </SidePanel>
            ) : (
              <SidePanel
                label={selection.length > 1 ? "Selection" : "Workflow"}
                title={
                  <h2 className="font-medium">
                    {selection.length > 1 ? `${selection.length} nodes` : "This workflow"}
                  </h2>
                }
              >
                {selection.length > 1 ? (
                  <SelectionInspector store={store} />
                ) : (
                  <WorkflowInspector store={store} sample={sample} />
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
          onClose={() => {
            close();
            if (only !== undefined) canvas.current?.focus(only);
          }}
        />
        {saving.conflict && (
          <ConflictDialog conflict={saving.conflict} onChoose={saving.settle} onClose={saving.reset} />
        )}
        {saving.failure !== null && (
          <Dialog title="It was not saved" onClose={saving.reset}>
            <FailureNotice failure={saving.failure} title="Your edits are still here" />
          </Dialog>
        )}
      </div>
    </Page>
  );
}

interface ActionsProps {
  store: DesignerStore;
  busy: boolean;
  side: "code" | "versions" | null;
  mayRun: boolean;
  context: { save: () => void; run: () => void; toggleCode: () => void; toggleVersions: () => void };
}

function DesignerActions({ store, busy, side, mayRun, context }: ActionsProps) {
  const history = useDesigner(store, (each) => each.history);
  const isDirty = useDesigner(store, (each) => each.isDirty);
  const isSaved = useDesigner(store, (each) => each.base.id !== undefined);
  const undone = history.undone.at(-1);
  const done = history.done.at(-1);
  return (
    <div data-designer-actions className="flex flex-wrap items-center gap-1.5">
      <ProblemCount store={store} />
      <Button
        weight="quiet"
        className="px-1.5"
        aria-label={done ? `Undo: ${done.title}` : "Undo"}
        title={done ? `Undo: ${done.title}` : "Undo"}
        disabled={!done}
        onClick={() => store.undo()}
      >
        <Undo2 aria-hidden />
      </Button>
      <Button
        weight="quiet"
        className="px-1.5"
        aria-label={undone ? `Redo: ${undone.title}` : "Redo"}
        title={undone ? `Redo: ${undone.title}` : "Redo"}
        disabled={!undone}
        onClick={() => store.redo()}
      >
        <Redo2 aria-hidden />
      </Button>
      <Button aria-pressed={side === "code"} onClick={context.toggleCode}>
        <Code aria-hidden />
        Code
      </Button>
      {isSaved && (
        <Button aria-pressed={side === "versions"} onClick={context.toggleVersions}>
          <HistoryIcon aria-hidden />
          Versions
        </Button>
      )}
      <Button disabled={busy || !isDirty} onClick={context.save}>
        <Save aria-hidden />
        {busy ? "Saving…" : isDirty || !isSaved ? "Save" : "Saved"}
      </Button>
      {mayRun && (
        <Button weight="primary" disabled={busy} onClick={() => context.run()}>
          <Play aria-hidden className="fill-current" />
          {isDirty ? "Save and run" : "Run"}
        </Button>
      )}
    </div>
  );
}

interface NoticesProps {
  store: DesignerStore;
  runLine: ReactNode;
  refusal: string | null;
}

function Notices({ store, runLine, refusal }: NoticesProps) {
  const restored = useDesigner(store, (each) => each.restored);
  const isKept = useDesigner(store, (each) => each.isKept);
  useEffect(() => {
    if (refusal === null) return undefined;
    const timer = setTimeout(() => store.refuse(null), 8_000);
    return () => clearTimeout(timer);
  }, [refusal, store]);
  return (
    <>
      {runLine}
      {restored !== null && (
        <div className="flex flex-wrap items-center gap-2 border-b border-line bg-warn-soft px-3 py-1.5 text-sm">
          <span className="min-w-0 flex-1">
            Your unsaved edits of {new Date(restored).toLocaleString()} are here again.
          </span>
          <Button onClick={() => store.discard()}>Discard them</Button>
          <Button weight="quiet" onClick={() => store.keepRestored()}>
            Keep
          </Button>
        </div>
      )}
      {!isKept && (
        <p role="alert" className="border-b border-line bg-warn-soft px-3 py-1.5 text-sm">
          This browser has no room to keep your edits: save before you leave.
        </p>
      )}
      <div role="status" aria-live="polite">
        {refusal !== null && (
          <p className="border-b border-line bg-bad-soft px-3 py-1.5 text-bad text-sm">{refusal}</p>
        )}
      </div>
    </>
  );
}

function SideWait() {
  return (
    <aside className="hidden w-[27rem] shrink-0 border-l border-line p-3 md:block">
      <SkeletonRows rows={5} label="Loading" />
    </aside>
  );
}

function isOnCanvas(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true;
  if (target === window.document.body) return true;
  return (
    target.closest('[role="group"][aria-label="Canvas"]') !== null && target.closest("button, a") === null
  );
}

function focusFirst(panel: HTMLElement | null): void {
  panel
    ?.querySelector<HTMLElement>(
      "[role=tabpanel] :is(input, textarea, select), [data-field] :is(input, textarea, select)",
    )
    ?.focus();
}

// The model builder: canvas or form, inspector and text of one draft, and everything that can be done to it.

import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { CanvasGroup } from "@/components/canvas/canvas-group";
import { goOnAtCanvas } from "@/components/canvas/go-on";
import { PART_COMMANDS, useParts } from "@/components/canvas/parts";
import type { CanvasHandle } from "@/components/canvas/use-canvas-handle";
import { EditNotices } from "@/components/edit-notices";
import { NotSaved } from "@/components/not-saved";
import { Page } from "@/components/page";
import { ProblemList } from "@/components/problem-list";
import { SidePanelWait } from "@/components/side-panel";
import { useCommandKeys } from "@/components/use-command-keys";
import { t } from "@/lib/i18n";
import { ModelCanvas } from "./canvas/model-canvas";
import { DesignerActions } from "./designer-actions";
import { FormView } from "./form-view";
import { ReadingContext } from "./inspector/controls";
import { Inspector } from "./inspector/inspector";
import { ModelsConflict } from "./models-conflict";
import type { Target } from "./operations/operation";
import { Overlays } from "./overlays";
import { placeInWords } from "./problems";
import { type ModelStore, useModels } from "./store";
import { useCheck } from "./use-check";
import { type Overlay, useCommands } from "./use-commands";
import { useEdits } from "./use-edits";
import type { useSave } from "./use-save";

const CodePanel = lazy(() => import("./code/code-panel").then((each) => ({ default: each.CodePanel })));

const EVERYWHERE = ["save", "commands", ...PART_COMMANDS];
const CANVAS_ONLY = ["add", "inspect", "leave"];

interface ModelBuilderProps {
  store: ModelStore;
  saving: ReturnType<typeof useSave>;
  /** Whether it begins with a model that is added. */
  addsModel: boolean;
  title: string;
  heading: ReactNode;
  /** More that can be done with what is drawn. */
  actions?: ReactNode;
}

export function ModelBuilder({ store, saving, addsModel, title, heading, actions }: ModelBuilderProps) {
  const canvas = useRef<CanvasHandle>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [overlay, setOverlay] = useState<{ name: Overlay; model?: string }>({ name: null });
  const [isForm, setForm] = useState(false);
  const [isCode, setCode] = useState(false);
  const problems = useModels(store, (each) => each.problems);
  const isSomethingChosen = useModels(
    store,
    ({ chosen }) => chosen.models.length > 0 || chosen.relation !== null,
  );
  const faultyText = useModels(store, (each) => each.faultyText);
  const isChecked = useCheck(store);
  useEffect(() => store.recallText(), [store]);

  const inspect = useCallback(() => {
    // What was chosen just now is drawn first, and at once: the next key is meant for it.
    flushSync(() => undefined);
    focusFirst(panel.current);
    // A dialog that closes gives the keyboard back to what had it before.
    setTimeout(() => {
      if (!panel.current?.contains(document.activeElement)) focusFirst(panel.current);
    });
  }, []);
  const show = useCallback(
    (name: Overlay, model = store.chosen.models[0]) =>
      setOverlay({ name, ...(model !== undefined && { model }) }),
    [store],
  );
  const edits = useEdits(store, canvas, inspect);
  useEffect(() => {
    // Once; what came back from an earlier visit may hold it already.
    if (addsModel && !store.isReadOnly && store.steps.length === 0 && store.restored === null)
      edits.addModel();
  }, [addsModel, store, edits]);
  const { save } = saving;
  const saveNow = useCallback(() => {
    commitTyping();
    void save();
  }, [save]);
  const context = useMemo(
    () => ({
      store,
      canvas,
      show: (name: Overlay) => show(name),
      addModel: () => edits.addModel(),
      addField: edits.addField,
      duplicate: edits.duplicate,
      save: saveNow,
      inspect,
      leave: () => {
        const { models, field, relation } = store.chosen;
        if (field !== null) store.select(models);
        else if (relation) store.select([relation.source]);
        else if (models.length > 0) store.select([]);
        else document.querySelector<HTMLElement>("[data-part=actions] button:enabled")?.focus();
      },
      toggleCode: () => setCode((now) => !now),
      toggleForm: () => setForm((now) => !now),
    }),
    [store, show, edits, saveNow, inspect],
  );
  const commands = useCommands(context);
  useCommandKeys(commands, EVERYWHERE, CANVAS_ONLY);
  useParts();

  const jump = (of: Target) => {
    store.selectTarget(of);
    const model = of.relation?.source ?? of.model;
    if (model !== undefined && !isForm) canvas.current?.focus(model);
  };
  const formActions = {
    onAddField: edits.addField,
    onRelate: (model: string) => show("relate", model),
    onDuplicate: edits.duplicate,
  };
  return (
    <Page
      fill
      title={title}
      heading={heading}
      actions={
        <DesignerActions
          store={store}
          busy={saving.busy}
          isChecked={isChecked}
          isCode={isCode}
          isForm={isForm}
          onSave={saveNow}
          onChanges={() => show("changes")}
          onForm={context.toggleForm}
          onCode={context.toggleCode}
          more={actions}
        />
      }
    >
      <ReadingContext value={store.isReadOnly}>
        <div className="flex min-h-0 flex-1 flex-col md:flex-row">
          <div className="flex min-w-0 flex-1 flex-col max-md:flex-none md:min-h-0">
            <EditNotices store={store} />
            {store.isReadOnly && (
              <p className="border-line border-b bg-sunken px-3 py-1.5 text-muted text-sm">
                {t("For reading only: changing it takes another role.")}
              </p>
            )}
            {isForm ? (
              <section
                aria-label={t("Form")}
                data-part="form"
                className="min-h-0 flex-1 overflow-y-auto bg-canvas"
              >
                <FormView store={store} actions={formActions} />
              </section>
            ) : (
              <CanvasGroup
                keys={
                  store.isReadOnly
                    ? t(
                        "Arrow keys go from model to model, Enter shows the settings, Escape leaves the canvas, and the question mark lists all keys.",
                      )
                    : t(
                        "Arrow keys go from model to model, Tab adds one, F adds a field, C relates, Enter edits the settings, Escape leaves the canvas, and the question mark lists all keys.",
                      )
                }
                onReach={(name) => {
                  if (!store.chosen.models.includes(name)) store.select([name]);
                }}
              >
                <ModelCanvas
                  store={store}
                  handle={canvas}
                  onAddModel={edits.addModel}
                  onAddField={edits.addField}
                  onRelate={edits.relate}
                  onTidy={() => commands.find(({ id }) => id === "tidy")?.run()}
                />
              </CanvasGroup>
            )}
            <ProblemList
              faultyText={faultyText}
              onText={() => setCode(true)}
              problems={problems.map((problem) => ({
                place: placeInWords(problem),
                message: problem.message,
                lang: problem.lang,
                onJump: () => jump(problem.of),
              }))}
            />
          </div>
          {isCode && (
            <Suspense fallback={<SidePanelWait />}>
              <CodePanel store={store} onClose={() => setCode(false)} />
            </Suspense>
          )}
          {(!isCode || isSomethingChosen) && (!isForm || isSomethingChosen) && (
            <div ref={panel} className="contents">
              <Inspector
                store={store}
                actions={formActions}
                onAddModel={edits.addModel}
                onChoose={(name) => jump({ model: name })}
              />
            </div>
          )}
          <Overlays
            name={overlay.name}
            model={overlay.model}
            store={store}
            commands={commands}
            onRelate={edits.relate}
            onClose={() => {
              setOverlay({ name: null });
              if (overlay.model !== undefined && !isForm) canvas.current?.focus(overlay.model);
            }}
          />
          {saving.conflict && (
            <ModelsConflict
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
      </ReadingContext>
    </Page>
  );
}

/** What is being typed counts when it is left; who saves by key has not left it yet. */
function commitTyping(): void {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !active.matches("[data-commits]")) return;
  active.blur();
  active.focus();
}

function focusFirst(panel: HTMLElement | null): void {
  const first = panel?.querySelector<HTMLElement>("[data-field] :is(input, textarea, select)");
  first?.focus();
  if (first instanceof HTMLInputElement) first.select();
}

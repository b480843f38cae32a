// A prompt on one screen: its text, the values that it takes, what comes of it, its versions and its labels.
import { CircleAlert, Command as CommandIcon, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { Button } from "@/components/button";
import { CommandList } from "@/components/command-list";
import { EditNotices } from "@/components/edit-notices";
import { NotSaved } from "@/components/not-saved";
import { Page } from "@/components/page";
import { SaveButton } from "@/components/save-button";
import { SidePanel } from "@/components/side-panel";
import { SkeletonRows } from "@/components/skeleton";
import { Tabs } from "@/components/tabs";
import { useCommandKeys } from "@/components/use-command-keys";
import type { Command } from "@/lib/commands";
import { t } from "@/lib/i18n";
import { useUnsaved } from "@/lib/unsaved";
import { DeletePrompt } from "./delete-prompt";
import { nameFault, PromptForm } from "./editor/prompt-form";
import { PromptConflict } from "./prompt-conflict";
import { type PromptStore, usePrompt } from "./store";
import { TryPanel } from "./try/try-panel";
import type { useSave } from "./use-save";
import { VersionPanel } from "./versions/version-panel";
import { VersionView, type Viewed } from "./versions/version-view";

const TextEditor = lazy(() => import("./editor/text-editor").then((each) => ({ default: each.TextEditor })));

const EVERYWHERE = ["save", "commands"];
const NOWHERE: string[] = [];

interface PromptEditorProps {
  store: PromptStore;
  saving: ReturnType<typeof useSave>;
  readOnly: boolean;
  title: string;
  heading: ReactNode;
  /** Under its versions: what the page around it knows of it. */
  more: ReactNode;
  onDeleted: () => void;
}

export function PromptEditor(props: PromptEditorProps) {
  const { store, saving, readOnly, title, heading, more, onDeleted } = props;
  const base = usePrompt(store, (each) => each.base);
  const isDirty = usePrompt(store, (each) => each.isDirty);
  const [side, setSide] = useState<"try" | "versions">("try");
  const [viewed, setViewed] = useState<Viewed | null>(null);
  const [typed, setTyped] = useState<Record<string, string>>({});
  useUnsaved(Object.values(typed).some((value) => value !== ""));
  const [jump, setJump] = useState(0);
  const [overlay, setOverlay] = useState<"commands" | "delete" | null>(null);
  const page = useRef<HTMLDivElement>(null);
  const { id } = base;
  const { busy } = saving;
  const maySave = !readOnly && !busy && (isDirty || id === undefined);

  const save = useCallback(() => {
    const { name } = store.draft;
    if (name === "" || nameFault(name) !== undefined)
      page.current?.querySelector<HTMLElement>("[data-name]")?.focus();
    else void saving.save();
  }, [store, saving.save]);
  const showFault = useCallback(() => {
    setViewed(null);
    setJump((before) => before + 1);
  }, []);
  const commands = useMemo((): Command[] => {
    const [edit, look] = [t("Edit"), t("Show")];
    return [
      {
        id: "save",
        title: t("Save"),
        group: edit,
        keys: ["mod+s"],
        enabled: !readOnly,
        run: () => maySave && save(),
      },
      { id: "fault", title: t("Go to the text"), group: edit, enabled: true, run: showFault },
      { id: "try", title: t("Try it"), group: look, enabled: true, run: () => setSide("try") },
      {
        id: "versions",
        title: t("Versions and labels"),
        group: look,
        enabled: id !== undefined,
        run: () => setSide("versions"),
      },
      {
        id: "delete",
        title: t("Delete this prompt"),
        group: edit,
        enabled: !readOnly && id !== undefined,
        run: () => setOverlay("delete"),
      },
      {
        id: "commands",
        title: t("All commands"),
        group: look,
        keys: ["mod+k"],
        enabled: true,
        run: () => setOverlay("commands"),
      },
    ];
  }, [id, readOnly, maySave, save, showFault]);
  useCommandKeys(commands, EVERYWHERE, NOWHERE);

  const actions = (
    <>
      <Button
        weight="quiet"
        className="px-1.5"
        aria-label={t("All commands")}
        title={t("All commands")}
        onClick={() => setOverlay("commands")}
      >
        <CommandIcon aria-hidden />
      </Button>
      {!readOnly && id !== undefined && (
        <Button
          weight="quiet"
          className="px-1.5"
          aria-label={t("Delete this prompt")}
          title={t("Delete this prompt")}
          onClick={() => setOverlay("delete")}
        >
          <Trash2 aria-hidden />
        </Button>
      )}
      {readOnly ? (
        <span className="text-muted text-sm">{t("For reading only: changing it takes another role.")}</span>
      ) : (
        <SaveButton
          weight="primary"
          busy={busy}
          isSaved={!isDirty && id !== undefined}
          disabled={!maySave}
          onSave={save}
        />
      )}
    </>
  );
  return (
    <Page fill title={title} heading={heading} actions={actions}>
      {/* On a phone all of it scrolls as one; beside each other, each by itself. */}
      <div ref={page} className="flex min-h-0 flex-1 flex-col max-md:overflow-y-auto md:flex-row">
        <div className="flex min-w-0 flex-1 flex-col max-md:flex-none md:min-h-0">
          <EditNotices store={store} />
          {viewed && id !== undefined ? (
            <VersionView
              store={store}
              promptId={id}
              viewed={viewed}
              readOnly={readOnly}
              onView={setViewed}
              onClose={() => setViewed(null)}
            />
          ) : (
            <>
              <PromptForm store={store} readOnly={readOnly} />
              <Text store={store} readOnly={readOnly} jump={jump} onShowFault={showFault} />
            </>
          )}
        </div>
        <SidePanel
          label={side === "try" ? t("Try it") : t("Versions")}
          title={<h2 className="font-medium">{t("This prompt")}</h2>}
        >
          <Tabs
            label={t("This prompt")}
            current={side}
            onChange={setSide}
            tabs={[
              { name: "try", label: t("Try it") },
              ...(id === undefined ? [] : [{ name: "versions" as const, label: t("Versions and labels") }]),
            ]}
          >
            {side === "versions" && id !== undefined ? (
              <VersionPanel
                store={store}
                promptId={id}
                viewed={viewed}
                readOnly={readOnly}
                onView={setViewed}
              >
                {more}
              </VersionPanel>
            ) : (
              <TryPanel
                store={store}
                readOnly={readOnly}
                typed={typed}
                onType={setTyped}
                onShowFault={showFault}
              />
            )}
          </Tabs>
        </SidePanel>
      </div>
      {overlay === "commands" && <CommandList commands={commands} onClose={() => setOverlay(null)} />}
      {overlay === "delete" && id !== undefined && (
        <DeletePrompt store={store} promptId={id} onDeleted={onDeleted} onClose={() => setOverlay(null)} />
      )}
      {saving.conflict && (
        <PromptConflict
          store={store}
          conflict={saving.conflict}
          onChoose={saving.settle}
          onClose={saving.reset}
        />
      )}
      <NotSaved failure={saving.failure} onRetry={save} onClose={saving.reset} />
    </Page>
  );
}

interface TextProps {
  store: PromptStore;
  readOnly: boolean;
  jump: number;
  onShowFault: () => void;
}

function Text({ store, readOnly, jump, onShowFault }: TextProps) {
  const content = usePrompt(store, (each) => each.draft.content);
  const names = usePrompt(store, (each) => each.names);
  const variables = usePrompt(store, (each) => each.draft.variables);
  const { fault } = usePrompt(store, (each) => each.read);
  const known = useMemo(
    () => [...new Set([...names, ...variables.map(({ name }) => name)])].sort(),
    [names, variables],
  );
  return (
    <>
      <div className="min-h-0 flex-1 max-md:h-[45vh] max-md:flex-none">
        <Suspense
          fallback={
            <div className="p-3">
              <SkeletonRows rows={4} label={t("Loading the editor")} />
            </div>
          }
        >
          <TextEditor
            text={content}
            names={known}
            fault={fault}
            readOnly={readOnly}
            jump={jump}
            onChange={(text) => store.set("content", text)}
          />
        </Suspense>
      </div>
      <div role="status" className="min-h-8 shrink-0 border-line border-t text-sm">
        {fault && (
          <button
            type="button"
            data-fault
            className="flex w-full items-baseline gap-2 bg-bad-soft px-3 py-1 text-left text-bad -outline-offset-2"
            onClick={onShowFault}
          >
            <CircleAlert aria-hidden className="size-3.5 shrink-0 self-center" />
            {t("Line {{line}}: {{message}}", { line: lineOf(content, fault.from), message: fault.message })}
          </button>
        )}
      </div>
    </>
  );
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

// The same draft as text: what is typed here is on the canvas, and the other way round. Faulty text changes nothing yet.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef, useState } from "react";
import { CopyButton } from "@/components/copy-button";
import { SidePanel } from "@/components/side-panel";
import { operationsBetween } from "../operations/between";
import { nodesOf } from "../operations/document";
import { sameJson } from "../operations/equal";
import { type DesignerStore, useDesigner } from "../store";
import { fromYaml, toYaml } from "./yaml";

const READ_AFTER_MS = 250;

export function CodePanel({ store, onClose }: { store: DesignerStore; onClose: () => void }) {
  const [host, setHost] = useState<HTMLDivElement | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const editor = useRef<EditorView | null>(null);
  const document = useDesigner(store, (each) => each.draft.document);
  const problems = useDesigner(store, (each) => each.problems);

  useEffect(() => {
    if (!host) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => setFault(takeOver(store, view));
    const view = new EditorView({
      parent: host,
      state: EditorState.create({
        doc: toYaml(store.draft.document),
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          yaml(),
          lintGutter(),
          syntaxHighlighting(COLOURS),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": "The workflow as YAML" }),
          THEME,
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((each) => each.isUserEvent("lathe"))) return;
            clearTimeout(timer);
            timer = setTimeout(read, READ_AFTER_MS);
          }),
        ],
      }),
    });
    editor.current = view;
    return () => {
      clearTimeout(timer);
      if (timer !== undefined) takeOver(store, view);
      store.seal();
      view.destroy();
      editor.current = null;
    };
  }, [host, store]);

  // What changed on the canvas is written anew; what was typed here stays as it was typed.
  useEffect(() => {
    const view = editor.current;
    if (!view || view.hasFocus) return;
    const text = view.state.doc.toString();
    if (sameJson(fromYaml(text).document, document)) return;
    view.dispatch({
      changes: { from: 0, to: text.length, insert: toYaml(document) },
      userEvent: "lathe.canvas",
    });
    setFault(null);
  }, [document]);

  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const { document: read, find } = fromYaml(view.state.doc.toString());
    if (!read) return;
    const marks = problems.map(
      (problem): Diagnostic => ({ ...find(problem.path), severity: "error", message: problem.message }),
    );
    view.dispatch(setDiagnostics(view.state, marks));
  }, [problems]);

  return (
    <SidePanel
      label="Text"
      title={
        <div className="flex items-center gap-2">
          <h2 className="font-medium">Text</h2>
          <CopyButton text={toYaml(document)} label="Copy the text" />
        </div>
      }
      onClose={onClose}
    >
      <div role="status">
        {fault !== null && (
          <p className="border-line border-t bg-bad-soft px-3 py-1.5 text-bad text-sm">
            {fault} The canvas shows the last text without a fault.
          </p>
        )}
      </div>
      <div ref={setHost} className="min-h-0 flex-1 overflow-hidden border-line border-t" data-code />
    </SidePanel>
  );
}

/** Makes edits of what was typed; says what is wrong with it. */
function takeOver(store: DesignerStore, view: EditorView): string | null {
  const text = view.state.doc.toString();
  const { document, faults } = fromYaml(text);
  view.dispatch(
    setDiagnostics(
      view.state,
      faults.map((fault): Diagnostic => ({ ...fault, severity: "error" })),
    ),
  );
  if (!document) {
    const [first] = faults;
    const line = first ? view.state.doc.lineAt(first.from).number : 1;
    return `Line ${line}: ${first?.message ?? "this is no document."}`;
  }
  const ids = new Set([...nodesOf(document)].map((node) => node.id));
  const layout = Object.fromEntries(Object.entries(store.draft.layout).filter(([id]) => ids.has(id)));
  const operations = operationsBetween(store.draft, { document, layout });
  return store.perform("Edit the text", operations, "text") ? null : store.refusal;
}

const THEME = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--page)", color: "var(--ink)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-mono, ui-monospace, monospace)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--page)", color: "var(--muted)", border: "0" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent) !important",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    color: "var(--ink)",
  },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--warn)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--muted)" },
]);

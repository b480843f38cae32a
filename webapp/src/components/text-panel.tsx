// The same draft as text: what is typed here is on the canvas, and the other way round. Faulty text changes nothing yet.

import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import type { ReadText } from "@/lib/yaml-text";
import { CopyButton } from "./copy-button";
import { SidePanel } from "./side-panel";
import { yamlEditing } from "./yaml-editing";

const READ_AFTER_MS = 250;

export interface TextPanelProps<T extends object> {
  /** Of the text, for who does not see it. */
  label: string;
  /** The draft in its one form. */
  text: string;
  read: (text: string) => ReadText<T>;
  /** Whether what was read is what the draft says already. */
  isCurrent: (document: T) => boolean;
  /** Makes edits of what was read; says why it can't. */
  take: (document: T) => string | null;
  /** What is typed after this is an edit of its own. */
  onLeave: () => void;
  problems: readonly { path: string; message: string }[];
  onClose: () => void;
  readOnly?: boolean;
  note?: ReactNode;
}

export function TextPanel<T extends object>(props: TextPanelProps<T>) {
  const [host, setHost] = useState<HTMLDivElement | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const editor = useRef<EditorView | null>(null);
  const present = useRef(props);
  present.current = props;
  const { text, problems, label, read } = props;

  useEffect(() => {
    if (!host) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = () => takeOver(present.current, view);
    const view = new EditorView({
      parent: host,
      state: EditorState.create({
        doc: present.current.text,
        extensions: [
          yamlEditing(label),
          EditorState.readOnly.of(present.current.readOnly ?? false),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((each) => each.isUserEvent("lathe"))) return;
            clearTimeout(timer);
            timer = setTimeout(() => setFault(take()), READ_AFTER_MS);
          }),
        ],
      }),
    });
    editor.current = view;
    return () => {
      clearTimeout(timer);
      if (timer !== undefined) take();
      present.current.onLeave();
      view.destroy();
      editor.current = null;
    };
  }, [host, label]);

  // Whoever closes it from within goes on where they were before.
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      const panel = editor.current?.dom.closest("aside");
      if (before instanceof HTMLElement && panel?.contains(document.activeElement)) before.focus();
    };
  }, []);

  // What changed on the canvas is written anew; what was typed here stays as it was typed.
  useEffect(() => {
    const view = editor.current;
    if (!view || view.hasFocus) return;
    const typed = view.state.doc.toString();
    const { document } = present.current.read(typed);
    if (document && present.current.isCurrent(document)) return;
    view.dispatch({ changes: { from: 0, to: typed.length, insert: text }, userEvent: "lathe.canvas" });
    setFault(null);
  }, [text]);

  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const { document, find } = read(view.state.doc.toString());
    if (!document) return;
    const marks = problems.map(
      (problem): Diagnostic => ({ ...find(problem.path), severity: "error", message: problem.message }),
    );
    view.dispatch(setDiagnostics(view.state, marks));
  }, [problems, read]);

  return (
    <SidePanel
      label={t("Text")}
      title={
        <div className="flex items-center gap-2">
          <h2 className="font-medium">{t("Text")}</h2>
          <CopyButton text={text} label={t("Copy the text")} />
        </div>
      }
      onClose={props.onClose}
    >
      <div role="status">
        {fault !== null && (
          <p className="border-line border-t bg-bad-soft px-3 py-1.5 text-bad text-sm">
            {t("{{fault}} The canvas shows the last text without a fault.", { fault })}
          </p>
        )}
      </div>
      {props.note}
      <div ref={setHost} className="min-h-0 flex-1 overflow-hidden border-line border-t" data-code />
    </SidePanel>
  );
}

/** Makes edits of what was typed; says what is wrong with it. */
function takeOver<T extends object>({ read, take }: TextPanelProps<T>, view: EditorView): string | null {
  const { document, faults } = read(view.state.doc.toString());
  view.dispatch(
    setDiagnostics(
      view.state,
      faults.map((fault): Diagnostic => ({ ...fault, severity: "error" })),
    ),
  );
  if (document) return take(document);
  const [first] = faults;
  const line = first ? view.state.doc.lineAt(first.from).number : 1;
  return t("Line {{line}}: {{fault}}", { line, fault: first?.message ?? t("this is no document.") });
}

// The text of a prompt while it is written: what Jinja is of it stands out, values that it takes are completed, and what is wrong is
// marked in place.
import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { useEffect, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import type { TextFault } from "../text/outcome";
import { proposals } from "./proposals";
import { JINJA, THEME } from "./text-look";

export interface TextEditorProps {
  text: string;
  /** The values that the text takes, and others that are described. */
  names: readonly string[];
  fault: TextFault | undefined;
  readOnly: boolean;
  onChange: (text: string) => void;
  /** Counts wishes to be led to the fault. */
  jump: number;
}

export function TextEditor(props: TextEditorProps) {
  const { text, fault, readOnly, jump } = props;
  const [host, setHost] = useState<HTMLDivElement | null>(null);
  const editor = useRef<EditorView | null>(null);
  const present = useRef(props);
  present.current = props;
  const label = t("Text of the prompt");
  const hint = t("Write what the model is to be told. Values go into double braces.");

  useEffect(() => {
    if (!host) return undefined;
    const complete = (context: CompletionContext) => {
      const found = proposals(context.state.doc.toString(), context.pos, present.current.names);
      if (!found || (found.begun === "" && !context.explicit && !found.isFresh)) return null;
      return { from: context.pos - found.begun.length, options: found.options, validFor: /^\w*$/ };
    };
    const view = new EditorView({
      parent: host,
      state: EditorState.create({
        doc: present.current.text,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          lintGutter(),
          JINJA,
          EditorState.languageData.of(() => [{ closeBrackets: { brackets: ["{"] }, autocomplete: complete }]),
          closeBrackets(),
          // Whoever types fast means what is proposed as well.
          autocompletion({ icons: false, interactionDelay: 0 }),
          EditorState.readOnly.of(readOnly),
          // Tab leaves the text, unless there is something to choose.
          keymap.of([
            { key: "Tab", run: acceptCompletion },
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          placeholder(hint),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "true" }),
          THEME,
          EditorView.updateListener.of((update) => {
            const isTyped = !update.transactions.some((each) => each.isUserEvent("lathe"));
            if (update.docChanged && isTyped) present.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => {
      view.destroy();
      editor.current = null;
    };
  }, [host, label, hint, readOnly]);

  // What comes from elsewhere, for instance an old version that is brought back, can be undone as well.
  useEffect(() => {
    const view = editor.current;
    const typed = view?.state.doc.toString();
    if (!view || typed === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "lathe.text" });
  }, [text]);

  useEffect(() => {
    const view = editor.current;
    if (!view) return;
    const { length } = view.state.doc;
    const marks = fault ? [diagnosticOf(fault, length)] : [];
    view.dispatch(setDiagnostics(view.state, marks));
  }, [fault]);

  useEffect(() => {
    const view = editor.current;
    if (!view || jump === 0) return;
    const at = Math.min(present.current.fault?.from ?? 0, view.state.doc.length);
    view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    view.focus();
  }, [jump]);

  return <div ref={setHost} className="h-full min-h-0 overflow-hidden" data-code />;
}

function diagnosticOf({ from, to, message }: TextFault, length: number): Diagnostic {
  const begins = Math.min(from, length);
  return { from: begins, to: Math.max(begins, Math.min(to, length)), severity: "error", message };
}

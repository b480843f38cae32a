// A text in a format, to be typed: with line numbers, and its faults where they are. It is large, so it is loaded lazily.
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef, useState } from "react";
import { yamlEditing } from "./yaml-editing";

/** Where a fault is, counted from one, as the server counts. */
export interface PlacedFault {
  line: number;
  column: number;
  message: string;
}

export interface TextEditorProps {
  /** Of the text, for who does not see it. */
  label: string;
  /** What it begins with; what is typed is handed to `onChange`. */
  text: string;
  readOnly?: boolean;
  onChange: (text: string) => void;
  faults: readonly PlacedFault[];
  /** Goes to a place in it; told anew, it goes there again. */
  goTo?: { line: number; column: number } | undefined;
}

export default function TextEditor({ label, text, readOnly, onChange, faults, goTo }: TextEditorProps) {
  const [host, setHost] = useState<HTMLDivElement | null>(null);
  const editor = useRef<EditorView | null>(null);
  const present = useRef({ text, onChange });
  present.current = { text, onChange };

  useEffect(() => {
    if (!host) return undefined;
    const view = new EditorView({
      parent: host,
      state: EditorState.create({
        doc: present.current.text,
        extensions: [
          yamlEditing(label),
          EditorState.readOnly.of(readOnly ?? false),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) present.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => {
      view.destroy();
      editor.current = null;
    };
  }, [host, label, readOnly]);

  // A text from outside, such as what the server keeps by now, takes the place of what stands here.
  useEffect(() => {
    const view = editor.current;
    const typed = view?.state.doc.toString();
    if (view && typed !== undefined && typed !== text)
      view.dispatch({ changes: { from: 0, to: typed.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const view = editor.current;
    if (!host || !view) return;
    const { doc } = view.state;
    const marks = faults.map(({ line, column, message }): Diagnostic => {
      const from = placeIn(doc, line, column);
      return {
        from,
        to: Math.min(doc.length, Math.max(from + 1, doc.lineAt(from).to)),
        severity: "error",
        message,
      };
    });
    view.dispatch(setDiagnostics(view.state, marks));
  }, [faults, host]);

  useEffect(() => {
    const view = editor.current;
    if (!view || !goTo) return;
    view.dispatch({
      selection: { anchor: placeIn(view.state.doc, goTo.line, goTo.column) },
      scrollIntoView: true,
    });
    view.focus();
  }, [goTo]);

  return (
    <div
      ref={setHost}
      data-code
      className="h-80 overflow-hidden rounded-md border border-line-strong max-md:h-64"
    />
  );
}

function placeIn(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(at.to, at.from + Math.max(0, column - 1));
}

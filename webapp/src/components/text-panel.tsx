// The same draft as text: what is typed here is on the canvas, and the other way round. Faulty text changes nothing yet.

import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { FaultyText } from "@/lib/faulty-text";
import { t } from "@/lib/i18n";
import { hasComment, type ReadText, type TextFault } from "@/lib/yaml-text";
import { Button } from "./button";
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
  /** Makes edits of what was read, of what it changed since a state that the canvas had; says why it can't. */
  take: (document: T, since: T | undefined) => string | null;
  /** What was typed and can't be taken: it outlives the panel, and nothing is written over it unasked. */
  faulty: FaultyText | null;
  onFaulty: (faulty: FaultyText | null) => void;
  /** Hands over what reads at once what was typed, as long as the panel is there: who saves or leaves asks for it. */
  whileTyping: (read: () => void) => () => void;
  /** What is typed after this is an edit of its own. */
  onLeave: () => void;
  problems: readonly { path: string; message: string }[];
  onClose: () => void;
  readOnly?: boolean;
  note?: ReactNode;
}

export function TextPanel<T extends object>(props: TextPanelProps<T>) {
  const [host, setHost] = useState<HTMLDivElement | null>(null);
  const [hasComments, setHasComments] = useState(false);
  /** Counts how often what was typed was put on top of another canvas, and has to be written anew. */
  const [merged, setMerged] = useState(0);
  const written = useRef(0);
  const editor = useRef<EditorView | null>(null);
  const present = useRef(props);
  present.current = props;
  const { text, problems, label, read, faulty } = props;
  const isFaulty = faulty !== null;

  useEffect(() => {
    if (!host) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      const { faulty: before, text: canvas, onFaulty } = present.current;
      const typed = view.state.doc.toString();
      const since = before && before.canvas !== canvas ? before.canvas : undefined;
      const fault = takeOver(present.current, view, since);
      setHasComments(hasComment(typed));
      if (fault !== null) onFaulty({ text: typed, fault, canvas: before?.canvas ?? canvas });
      else if (before) onFaulty(null);
      if (fault === null && since !== undefined) setMerged((count) => count + 1);
    };
    const view = new EditorView({
      parent: host,
      state: EditorState.create({
        doc: present.current.faulty?.text ?? present.current.text,
        extensions: [
          yamlEditing(label),
          EditorState.readOnly.of(present.current.readOnly ?? false),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((each) => each.isUserEvent("lathe"))) return;
            clearTimeout(timer);
            timer = setTimeout(settle, READ_AFTER_MS);
          }),
          // Whoever goes to a link has left the text before.
          EditorView.domEventHandlers({ blur: settle }),
        ],
      }),
    });
    editor.current = view;
    if (present.current.faulty) mark(view, read(present.current.faulty.text).faults);
    const isRead = present.current.whileTyping(settle);
    return () => {
      settle();
      isRead();
      present.current.onLeave();
      view.destroy();
      editor.current = null;
    };
  }, [host, label, read]);

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
    const isMerged = written.current !== merged;
    written.current = merged;
    if (!view || isFaulty || (view.hasFocus && !isMerged)) return;
    const typed = view.state.doc.toString();
    const { document } = present.current.read(typed);
    if (document && present.current.isCurrent(document)) return;
    rewrite(view, text);
    setHasComments(false);
  }, [text, merged, isFaulty]);

  useEffect(() => {
    const view = editor.current;
    // What can't be taken shows its own faults; the problems are those of the canvas.
    if (!view || isFaulty) return;
    const { document, find } = read(view.state.doc.toString());
    if (!document) return;
    const marks = problems.map(
      (problem): Diagnostic => ({ ...find(problem.path), severity: "error", message: problem.message }),
    );
    view.dispatch(setDiagnostics(view.state, marks));
  }, [problems, read, isFaulty]);

  const drop = () => {
    const view = editor.current;
    props.onFaulty(null);
    if (!view) return;
    rewrite(view, text);
    mark(view, []);
    view.focus();
  };
  /** Only this takes back what was done beside the text. */
  const overwrite = () => {
    const view = editor.current;
    if (!view || !faulty) return;
    const fault = takeOver(props, view, undefined);
    props.onFaulty(fault === null ? null : { ...faulty, text: view.state.doc.toString(), fault });
    view.focus();
  };

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
        {faulty && (
          <div className="space-y-1.5 border-line border-t bg-bad-soft px-3 py-1.5 text-bad text-sm">
            <p>
              {t("{{fault}} The canvas shows the last text without a fault.", { fault: faulty.fault })}{" "}
              {t("This text is not saved; it stays here until it is mended or dropped.")}{" "}
              {faulty.canvas !== text &&
                t("The canvas was changed since: once mended, this goes on top of it.")}
            </p>
            <div className="flex flex-wrap gap-2">
              {faulty.canvas !== text && read(faulty.text).document && (
                <Button onClick={overwrite}>{t("Overwrite the canvas with this text")}</Button>
              )}
              <Button onClick={drop}>{t("Drop this text")}</Button>
            </div>
          </div>
        )}
        {hasComments && (
          <p className="border-line border-t bg-warn-soft px-3 py-1.5 text-sm">
            {t("Comments are not saved: the next change outside of this text takes them away.")}
          </p>
        )}
      </div>
      {props.note}
      <div ref={setHost} className="min-h-0 flex-1 overflow-hidden border-line border-t" data-code />
    </SidePanel>
  );
}

/** Makes edits of what was typed; says what is wrong with it. */
function takeOver<T extends object>(
  { read, take }: TextPanelProps<T>,
  view: EditorView,
  since: string | undefined,
): string | null {
  const { document, faults } = read(view.state.doc.toString());
  mark(view, faults);
  if (document) return take(document, since === undefined ? undefined : read(since).document);
  const [first] = faults;
  const line = first ? view.state.doc.lineAt(first.from).number : 1;
  return t("Line {{line}}: {{fault}}", { line, fault: first?.message ?? t("this is no document.") });
}

function mark(view: EditorView, faults: readonly TextFault[]): void {
  const marks = faults.map((fault): Diagnostic => ({ ...fault, severity: "error" }));
  view.dispatch(setDiagnostics(view.state, marks));
}

/** Only what differs, so that whoever is at work in it stays where they are. */
function rewrite(view: EditorView, text: string): void {
  const before = view.state.doc.toString();
  const least = Math.min(before.length, text.length);
  let from = 0;
  while (from < least && before[from] === text[from]) from++;
  let end = 0;
  while (end < least - from && before.at(-1 - end) === text.at(-1 - end)) end++;
  view.dispatch({
    changes: { from, to: before.length - end, insert: text.slice(from, text.length - end) },
    userEvent: "lathe.canvas",
  });
}

// How a prompt's text looks: what Jinja is of it stands out from what is said.
import type { Extension } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { piecesOf } from "../text/pieces";

const MARKS = {
  expression: Decoration.mark({ class: "cm-jinja-expression" }),
  statement: Decoration.mark({ class: "cm-jinja-statement" }),
  comment: Decoration.mark({ class: "cm-jinja-comment" }),
};

function marksOf(view: EditorView): DecorationSet {
  const { pieces } = piecesOf(view.state.doc.toString());
  return Decoration.set(
    pieces.flatMap(({ kind, from, to }) => (kind === "text" ? [] : [MARKS[kind].range(from, to)])),
  );
}

export const JINJA: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = marksOf(view);
    }

    update(update: ViewUpdate) {
      if (update.docChanged) this.decorations = marksOf(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export const THEME = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--page)", color: "var(--ink)", fontSize: "var(--text-prose)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-mono, ui-monospace, monospace)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--muted)", border: "0" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent) !important",
  },
  ".cm-jinja-expression": {
    color: "var(--accent)",
    backgroundColor: "var(--accent-soft)",
    borderRadius: "3px",
  },
  ".cm-jinja-statement": { color: "var(--warn)" },
  ".cm-jinja-comment": { color: "var(--muted)", fontStyle: "italic" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    color: "var(--ink)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--ink)",
  },
});

// A text in which `${ … }` may stand: completes what is typed, and says what it comes to.

import { type KeyboardEvent, useContext, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { CONTROL } from "@/components/form";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import type { Tried } from "../api/evaluate";
import { completionsAt } from "../expressions/complete";
import { secretsOf } from "../expressions/scope";
import { Outcome } from "./outcome";
import { ScopeContext } from "./scope-context";

interface ExpressionFieldProps {
  id: string;
  label?: string;
  value: string;
  /** The whole text is code in `when` and in scripts. */
  form?: Tried["form"];
  /** Secrets may be named here. */
  takesSecrets?: boolean;
  /** What people read, such as a label: written in their type. */
  isProse?: boolean;
  rows?: number;
  placeholder?: string;
  invalid: boolean;
  notes: string | undefined;
  onChange: (value: string) => void;
  onDone: () => void;
}

export function ExpressionField(props: ExpressionFieldProps) {
  const { id, label, value, form = "text", rows = 1, placeholder, invalid, notes, onChange, onDone } = props;
  const isCode = form !== "text";
  const { scope: plainScope, sample } = useContext(ScopeContext);
  const { takesSecrets = false } = props;
  const scope = useMemo(
    () => (takesSecrets ? { ...plainScope, secrets: secretsOf(sample.secrets ?? []) } : plainScope),
    [plainScope, sample, takesSecrets],
  );
  const element = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [caret, setCaret] = useState<number | null>(null);
  /** Which option the arrow keys chose. */
  const [at, setAt] = useState<number | null>(null);
  const [isAsked, setAsked] = useState(false);
  const put = useRef<number | null>(null);
  const found = useMemo(
    () => (caret === null ? undefined : completionsAt(value, caret, isCode, scope, isAsked)),
    [value, caret, isCode, scope, isAsked],
  );
  // Enter and Tab write a line or go on to the next field, unless a word was begun or a list was asked for.
  const first = found?.isBegun || isAsked ? 0 : null;
  const chosen = found?.options[Math.min(at ?? first ?? Number.NaN, found.options.length - 1)];
  // Where the caret belongs after a text that was put in, not typed.
  useLayoutEffect(() => {
    if (put.current === null) return;
    element.current?.setSelectionRange(put.current, put.current);
    put.current = null;
  });
  const change = (text: string, place: number) => {
    setAt(null);
    setAsked(false);
    setCaret(place);
    onChange(text);
  };
  const accept = (insert: string) => {
    if (!found || caret === null) return;
    const text = value.slice(0, found.from) + insert + value.slice(caret);
    put.current = found.from + insert.length;
    change(text, put.current);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      setCaret(event.currentTarget.selectionStart);
      setAsked(true);
    }
    // Ctrl+Enter runs the workflow, wherever one is.
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && found) {
      event.stopPropagation();
      setCaret(null);
      setAsked(false);
    } else if (event.key === "Enter" && !chosen && rows === 1 && !event.shiftKey) event.preventDefault();
    else if (found && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const { length } = found.options;
      const isDown = event.key === "ArrowDown";
      const from = at ?? first ?? (isDown ? -1 : length);
      setAt((from + (isDown ? 1 : -1) + length) % length);
    } else if (found && chosen && (event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      event.preventDefault();
      accept(chosen.insert);
    }
  };
  const lines = Math.max(rows, Math.min(16, value.split("\n").length));
  return (
    <div className="relative">
      <textarea
        ref={element}
        id={id}
        rows={lines}
        role="combobox"
        aria-label={label}
        aria-expanded={found !== undefined}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={found && chosen ? `${listId}-${found.options.indexOf(chosen)}` : undefined}
        aria-invalid={invalid}
        aria-describedby={notes}
        spellCheck={false}
        autoComplete="off"
        placeholder={placeholder}
        value={value}
        onChange={(event) => {
          const { value: text, selectionStart } = event.target;
          const typedBrace =
            !isCode && text.length === value.length + 1 && text.slice(0, selectionStart).endsWith("${");
          if (!typedBrace) return change(text, selectionStart);
          // What is opened is closed, with room to write in.
          put.current = selectionStart + 1;
          change(`${text.slice(0, selectionStart)}  }${text.slice(selectionStart)}`, selectionStart + 1);
        }}
        onSelect={(event) => {
          const { selectionStart } = event.currentTarget;
          if (document.activeElement !== event.currentTarget || selectionStart === caret) return;
          setCaret(selectionStart);
          setAt(null);
          setAsked(false);
        }}
        onBlur={() => {
          setCaret(null);
          setAt(null);
          setAsked(false);
          onDone();
        }}
        onKeyDown={onKeyDown}
        className={cn(
          CONTROL,
          "block",
          !props.isProse && "font-mono",
          lines === 1 ? "resize-none overflow-hidden whitespace-nowrap" : "resize-y",
        )}
      />
      {found && (
        <div
          id={listId}
          role="listbox"
          aria-label={t("Completions")}
          className="thin-scroll absolute inset-x-0 top-full z-20 mt-1 max-h-52 overflow-y-auto rounded-md border border-line-strong bg-raised p-1 shadow-lg"
        >
          {found.options.map((option, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of a listbox are those of its combobox.
            <div
              key={option.label}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={option === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => accept(option.insert)}
              className={cn(
                "flex cursor-pointer items-baseline gap-2 rounded px-2 py-1",
                option === chosen && "bg-accent-soft",
              )}
            >
              <code className="shrink-0 font-mono text-xs">{option.label}</code>
              <span className="truncate text-muted text-xs">{option.detail}</span>
            </div>
          ))}
        </div>
      )}
      <Outcome text={value} form={form} />
    </div>
  );
}

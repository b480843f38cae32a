// What a node gave last, and the data that is pinned to it: a pinned node gives that and does not run.

import { Pin, PinOff, Play, Undo2 } from "lucide-react";
import { type ReactNode, useEffect, useId, useState } from "react";
import { sayInOneLine } from "@/api/failure";
import { Button } from "@/components/button";
import { CONTROL } from "@/components/form";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { type DesignerStore, useDesigner } from "./store";

interface NodeDataProps {
  store: DesignerStore;
  node: string;
  /** What it gave, or is pinned to. */
  output: { output: unknown } | undefined;
  step: ReactNode;
  onRun: (() => void) | undefined;
}

export function NodeData({ store, node, output, step, onRun }: NodeDataProps) {
  const pin = useDesigner(store, (each) => each.pins[node]);
  const wasPinned = useDesigner(store, (each) => each.unpinned.has(node));
  return (
    <>
      <div className="flex flex-wrap items-center gap-1.5 p-3">
        {onRun && (
          <Button onClick={onRun}>
            <Play aria-hidden />
            {t("Run this node")}
          </Button>
        )}
        {pin ? (
          <Button onClick={() => store.unpin(node)}>
            <PinOff aria-hidden />
            {t("Unpin")}
          </Button>
        ) : (
          <Button onClick={() => store.pin(node, { output: output?.output ?? null })}>
            <Pin aria-hidden />
            {output ? t("Pin this output") : t("Pin an output")}
          </Button>
        )}
      </div>
      {!pin && wasPinned && (
        <p role="status" className="flex items-center gap-2 px-3 pb-3 text-sm text-muted">
          {t("It is pinned no more.")}
          <Button onClick={() => store.pinAgain(node)}>
            <Undo2 aria-hidden />
            {t("Pin it again")}
          </Button>
        </p>
      )}
      {pin && <PinEditor key={node} store={store} node={node} value={pin.output} />}
      {step}
    </>
  );
}

function PinEditor({ store, node, value }: { store: DesignerStore; node: string; value: unknown }) {
  const id = useId();
  // How it is written is kept while one looks at it; what is no JSON yet, until one comes back to it.
  const faulty = useDesigner(store, (each) => each.pinTexts.get(node));
  const [text, setText] = useState(() => faulty ?? writtenOut(value));
  // Until undo, or somebody else, pins something else.
  useEffect(() => setText((now) => faulty ?? (says(now, value) ? now : writtenOut(value))), [faulty, value]);
  const fault =
    faulty !== undefined
      ? t('This is no JSON yet, for instance {"key": 1}; what was pinned before holds.')
      : null;
  const failure = useDesigner(store, (each) => each.pinning.failure);
  // On a phone the panel covers the line above the canvas that says the same, with a way to try again.
  const unsent = failure !== null && store.pinning.hasUnsent ? sayInOneLine(failure) : undefined;
  const help =
    unsent === undefined
      ? t(
          "Runs from this page give this in place of running the node. Everybody who works on the workflow sees it.",
        )
      : t("What is pinned here is in this browser only: {{why}}", { why: unsent });
  const keep = (written: string) => {
    setText(written);
    store.typePin(node, written);
  };
  return (
    <div className="space-y-1 px-3 pb-3">
      <label htmlFor={id} className="text-sm font-medium">
        {t("Pinned output")}
      </label>
      <textarea
        id={id}
        rows={Math.min(12, Math.max(3, text.split("\n").length))}
        spellCheck={false}
        aria-invalid={fault !== null}
        aria-describedby={`${id}-help`}
        className={cn(CONTROL, "font-mono text-sm")}
        value={text}
        onChange={(event) => keep(event.target.value)}
        onBlur={() => store.seal()}
      />
      <p
        id={`${id}-help`}
        className={cn("text-xs", fault ? "text-bad" : unsent === undefined ? "text-muted" : "text-warn")}
      >
        {fault ?? help}
      </p>
    </div>
  );
}

function writtenOut(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function says(text: string, value: unknown): boolean {
  try {
    return sameJson(JSON.parse(text), value);
  } catch {
    return false;
  }
}

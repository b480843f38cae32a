// What an expression comes to over the data of the last run, under the field in which it is written.

import { useContext, useEffect, useMemo, useState } from "react";
import { JsonView } from "@/components/json-view";
import { brief, isBrief } from "@/lib/brief";
import { t } from "@/lib/i18n";
import { useSteady } from "@/lib/use-steady";
import { type Evaluated, evaluate, type Tried } from "../api/evaluate";
import { readLocals, speaksOf } from "../expressions/locals";
import { hasExpression, splitTemplate } from "../expressions/template";
import { ScopeContext } from "./scope-context";

/** A script may be a second of work: it is tried when its writer pauses. */
const TRIED_AFTER_MS = { text: 350, expression: 350, script: 900 };

/** Nothing where the server does not tell. */
export function Outcome({ text, form }: Pick<Tried, "text" | "form">) {
  const { scope, sample, args } = useContext(ScopeContext);
  const [outcome, setOutcome] = useState<Evaluated | undefined>(undefined);
  const { known: found, unknown } = useMemo(() => readLocals(scope), [scope]);
  // Each edit makes another scope; only what it gives differently is tried again.
  const known = useSteady(found);
  const isTried = form === "text" ? hasExpression(text) && !text.includes("secrets.") : text.trim() !== "";
  const missing = isTried ? unknown.find((name) => speaksOf(codeOf(text, form), name)) : undefined;
  useEffect(() => {
    if (!isTried || missing !== undefined) {
      setOutcome(undefined);
      return undefined;
    }
    const asking = new AbortController();
    const timer = setTimeout(() => {
      const tried = { text, form, ...(form === "script" && { args: args ?? null }) };
      evaluate(tried, sample, known, asking.signal).then(setOutcome, () => setOutcome(undefined));
    }, TRIED_AFTER_MS[form]);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [text, form, args, sample, known, isTried, missing]);
  if (missing !== undefined)
    return (
      <p className="mt-1 text-muted text-xs">
        {t("There is no {{name}} to try this with: run the workflow once.", { name: missing })}
      </p>
    );
  if (!outcome) return null;
  return "error" in outcome ? (
    <p className="mt-1 text-muted text-xs">
      {t("No value with the data at hand: {{error}}", { error: outcome.error })}
    </p>
  ) : (
    <Value value={outcome.value} />
  );
}

/** In one line, and whole when it is opened. */
function Value({ value }: { value: unknown }) {
  const [isOpen, setOpen] = useState(false);
  const isWhole = useMemo(() => isBrief(JSON.stringify(value) ?? ""), [value]);
  return (
    <div className="mt-1 space-y-1 text-xs" data-outcome>
      <p className="flex items-baseline gap-1.5">
        <span className="text-muted">=</span>
        <code className="min-w-0 flex-1 truncate font-mono">{brief(value)}</code>
        {!isWhole && (
          <button
            type="button"
            aria-expanded={isOpen}
            className="shrink-0 rounded px-1 text-accent hover:bg-sunken"
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? t("Less") : t("All of it")}
          </button>
        )}
      </p>
      {isOpen && !isWhole && (
        <div className="max-h-72 overflow-y-auto">
          <JsonView value={value} label={t("Value")} />
        </div>
      )}
    </div>
  );
}

function codeOf(text: string, form: Tried["form"]): string {
  if (form !== "text") return text;
  const pieces = splitTemplate(text).filter((piece) => piece.isExpression);
  return pieces.map((piece) => piece.source).join("\n");
}

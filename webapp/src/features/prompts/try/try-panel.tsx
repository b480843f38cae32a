// The values that the text takes, as they are found while it is written, and what comes of it with those that are typed here.
import { useId, useState } from "react";
import type { PromptVariable } from "@/api/types";
import { CopyButton } from "@/components/copy-button";
import { CONTROL } from "@/components/form";
import { PanelSection } from "@/components/side-panel";
import { cn } from "@/lib/cn";
import { Trans, t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { withVariable } from "../draft";
import { type PromptStore, usePrompt } from "../store";
import { trialValue, typedFor } from "../text/trial";
import { RenderedText } from "./rendered-text";

interface TryPanelProps {
  store: PromptStore;
  readOnly: boolean;
  typed: Readonly<Record<string, string>>;
  onType: (typed: Record<string, string>) => void;
  onShowFault: () => void;
}

export function TryPanel({ store, readOnly, typed, onType, onShowFault }: TryPanelProps) {
  const names = usePrompt(store, (each) => each.names);
  const read = usePrompt(store, (each) => each.read);
  const variables = usePrompt(store, (each) => each.draft.variables);
  const content = usePrompt(store, (each) => each.draft.content);
  const saidOf = (name: string) => variables.find((each) => each.name === name) ?? { name };
  const say = (said: PromptVariable) => store.set("variables", withVariable(variables, said));
  const unused = variables.filter(({ name }) => !names.includes(name));
  return (
    <div className="flex-1 space-y-5 p-3 md:min-h-0 md:overflow-y-auto">
      <PanelSection title={t("Values it takes")}>
        {names.length === 0 && (
          <p className="text-muted text-sm">
            {content.trim() === "" ? (
              t("They are found as the text is written.")
            ) : (
              <Trans
                i18nKey="None yet. <code>{{braces}}</code> in the text makes a place for one."
                components={{ code: <code className="font-mono text-xs" /> }}
                values={{ braces: "{{ name }}" }}
              />
            )}
          </p>
        )}
        {read.fault && names.length > 0 && (
          <p className="text-muted text-xs">{t("As the text was before the mistake that is in it now.")}</p>
        )}
        <ul aria-label={t("Values it takes")} className="space-y-3">
          {names.map((name) => (
            <Value
              key={name}
              said={saidOf(name)}
              typed={typed[name] ?? ""}
              readOnly={readOnly}
              onType={(value) => onType({ ...typed, [name]: value })}
              onSay={say}
            />
          ))}
        </ul>
        {names.length > 0 && (
          <p className="text-muted text-xs">
            {t(
              "What is typed is text, unless it is a number, true, false, null, a list, a mapping or a text in quotation marks.",
            )}
          </p>
        )}
      </PanelSection>
      {unused.length > 0 && !read.fault && read.beyond === undefined && (
        <PanelSection title={t("Described, and not in the text")}>
          <ul className="space-y-1">
            {unused.map(({ name }) => (
              <li key={name} className="flex items-center gap-2 text-sm">
                <code className="font-mono text-xs">{name}</code>
                {!readOnly && (
                  <button
                    type="button"
                    className="text-accent text-xs underline underline-offset-2"
                    onClick={() => say({ name })}
                  >
                    {t("Forget {{name}}", { name })}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </PanelSection>
      )}
      <RenderedText store={store} typed={typed} onShowFault={onShowFault} />
      <HowToAsk store={store} names={names} />
    </div>
  );
}

interface ValueProps {
  said: PromptVariable;
  typed: string;
  readOnly: boolean;
  onType: (typed: string) => void;
  onSay: (said: PromptVariable) => void;
}

function Value({ said, typed, readOnly, onType, onSay }: ValueProps) {
  const id = useId();
  const { name, description = "", default: value } = said;
  const given = trialValue(typed);
  const kind = given === undefined || typeof given === "string" ? "" : kindOf(given);
  const describe = (changed: Partial<PromptVariable>) => {
    const next = { ...said, ...changed };
    if (next.default === undefined) delete next.default;
    onSay(next);
  };
  return (
    <li data-value={name} className="space-y-1">
      <div className="flex items-baseline gap-2">
        <label htmlFor={id} className="min-w-0 truncate font-mono font-medium text-xs">
          {name}
        </label>
        <span className="min-w-0 flex-1 truncate text-muted text-xs">{description}</span>
        <span className="shrink-0 text-muted text-xs">{kind}</span>
      </div>
      <textarea
        id={id}
        rows={Math.min(6, typed.split("\n").length)}
        value={typed}
        spellCheck={false}
        placeholder={
          value === undefined
            ? t("A value to try it with")
            : t("{{value}}, unless another is given", { value: typedFor(value) })
        }
        // Nothing scrolls to a default that does not fit into one line.
        className={cn(
          CONTROL,
          "block resize-y font-mono text-sm placeholder-shown:max-h-40 placeholder-shown:[field-sizing:content]",
        )}
        onChange={(event) => onType(event.target.value)}
      />
      {!readOnly && (
        <details className="text-sm">
          <summary className="w-fit text-muted text-xs hover:text-ink">
            {t("Description and default of {{name}}", { name })}
          </summary>
          <div className="mt-1.5 grid grid-cols-[auto_1fr] items-center gap-x-2 gap-y-1.5 border-line border-l-2 pl-2.5">
            <label htmlFor={`${id}-description`} className="text-xs">
              {t("Description")}
            </label>
            <input
              id={`${id}-description`}
              value={description}
              maxLength={1000}
              className={CONTROL}
              onChange={(event) => describe({ description: event.target.value })}
            />
            <label htmlFor={`${id}-default`} className="text-xs">
              {t("Default")}
            </label>
            <DefaultInput
              id={`${id}-default`}
              value={value}
              onChange={(next) => describe({ default: next })}
            />
          </div>
        </details>
      )}
    </li>
  );
}

/** What is typed stays as it is typed; what it means goes into the draft. */
function DefaultInput({
  id,
  value,
  onChange,
}: {
  id: string;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const [shown, setShown] = useState({ text: typedFor(value), value });
  // It was set elsewhere, such as by putting the edits away.
  if (!sameJson(shown.value, value)) setShown({ text: typedFor(value), value });
  return (
    <input
      id={id}
      value={shown.text}
      placeholder={t("none: it has to be given")}
      className={cn(CONTROL, "font-mono text-sm")}
      onChange={(event) => {
        const text = event.target.value;
        const next = trialValue(text);
        setShown({ text, value: next });
        onChange(next);
      }}
    />
  );
}

function kindOf(value: unknown): string {
  if (value === null) return t("nothing");
  if (Array.isArray(value)) return t("a list");
  if (typeof value === "number") return t("a number");
  return typeof value === "boolean" ? t("true or false") : t("a mapping");
}

/** How a program gets the text: a prompt is made to be asked for. */
function HowToAsk({ store, names }: { store: PromptStore; names: readonly string[] }) {
  const id = usePrompt(store, (each) => each.base.id);
  const labels = usePrompt(store, (each) => each.present.labels);
  if (id === undefined) return null;
  const [label] = Object.keys(labels);
  const values = Object.fromEntries(names.map((name) => [name, "…"]));
  const body = JSON.stringify({ ...(label !== undefined && { label }), values }, null, 2);
  const request = `POST ${window.location.origin}/api/prompts/${id}/render\n${body}`;
  return (
    <PanelSection title={t("How programs ask for it")}>
      <div className="relative">
        <pre className="whitespace-pre-wrap break-all rounded-md border border-line bg-sunken p-2 pr-10 font-mono text-xs">
          {request}
        </pre>
        <div className="absolute top-1 right-1">
          <CopyButton text={request} label={t("Copy the request")} />
        </div>
      </div>
    </PanelSection>
  );
}

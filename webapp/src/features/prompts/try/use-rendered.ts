// What comes of the draft with the values that are typed: by the page's own rules at once, and by the server for what is saved.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { PromptVariable } from "@/api/types";
import { useSettled } from "@/lib/use-settled";
import { renderPrompt } from "../api/render-prompt";
import { sameText } from "../draft";
import { type PromptStore, usePrompt } from "../store";
import { type Outcome, render } from "../text/render";
import { trialValue } from "../text/trial";

export interface Rendered {
  outcome: Outcome;
  /** What the server makes of it, where it is saved. */
  server: { text: string } | { failure: Error } | undefined;
  /** Whether what is rendered is saved, so that the server can be asked. */
  isSaved: boolean;
}

/** What was typed, and defaults where nothing was. */
export function valuesOf(
  names: readonly string[],
  typed: Readonly<Record<string, string>>,
  variables: readonly PromptVariable[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, default: value } of variables) if (value !== undefined) values[name] = value;
  for (const name of names) {
    const value = trialValue(typed[name] ?? "");
    if (value !== undefined) values[name] = value;
  }
  return values;
}

export function useRendered(store: PromptStore, typed: Readonly<Record<string, string>>): Rendered {
  const draft = usePrompt(store, (each) => each.draft);
  const base = usePrompt(store, (each) => each.base);
  const names = usePrompt(store, (each) => each.names);
  const values = useMemo(() => valuesOf(names, typed, draft.variables), [names, typed, draft.variables]);
  const outcome = useMemo(() => render(draft.content, values), [draft.content, values]);
  const asked = useSettled(values);
  const isSaved = base.id !== undefined && sameText(base.draft, draft);
  // What the page knows to be missing needs no server to say so.
  const isWorthAsking = outcome.is === "text" || outcome.is === "beyond" || outcome.is === "absent";
  const query = useQuery({
    ...renderPrompt(base.id ?? "", base.version, asked),
    enabled: isSaved && isWorthAsking,
    placeholderData: keepPreviousData,
  });
  const isCurrent = asked === values && !query.isPlaceholderData && isSaved && isWorthAsking;
  const server = !isCurrent
    ? undefined
    : query.data
      ? { text: query.data.text }
      : query.error
        ? { failure: query.error }
        : undefined;
  return { outcome, server, isSaved };
}

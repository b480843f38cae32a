// A prompt that is being edited: what can be set of it, what of that is new, and how unsaved edits are read back.
import type { Prompt, PromptVariable } from "@/api/types";
import type { Applied, Language } from "@/lib/edit-history";
import { isRecord } from "@/lib/json";
import { sameJson } from "@/lib/same-json";

export interface Draft {
  name: string;
  description: string;
  content: string;
  /** What is said of values beyond their names: those of which nothing is said are found in the text. */
  variables: PromptVariable[];
  /** What is said of the change. */
  note: string;
}

export const EMPTY: Draft = { name: "", description: "", content: "", variables: [], note: "" };

export interface Operation {
  field: keyof Draft;
  to: Draft[keyof Draft];
}

export const LANGUAGE: Language<Draft, Operation> = {
  applyAll: (draft, operations) => {
    let applied: Applied<Draft, Operation> = { draft, inverse: [] };
    for (const { field, to } of operations) {
      if (sameJson(applied.draft[field], to)) continue;
      const inverse = [{ field, to: applied.draft[field] }, ...applied.inverse];
      applied = { draft: { ...applied.draft, [field]: to }, inverse };
    }
    return applied;
  },
  inOne: (one, other) => (one.field === other.field ? other : undefined),
};

export function draftOf({ name, description, shown }: Prompt): Draft {
  return {
    name,
    description,
    content: shown.content,
    variables: writtenVariables(shown.variables),
    note: "",
  };
}

/** Those of which more is said than their name. */
export function writtenVariables(variables: readonly PromptVariable[]): PromptVariable[] {
  return variables.filter(({ description, default: value }) => Boolean(description) || value !== undefined);
}

/** Whether saving one on top of the other changes nothing. */
export function sameDraft(one: Draft, other: Draft): boolean {
  return Object.keys(changesOf(one, other)).length === 0;
}

export function sameText(one: Draft, other: Draft): boolean {
  const { content, variables } = changesOf(one, other);
  return content === undefined && variables === undefined;
}

type Changes = Partial<Omit<Draft, "variables">> & { variables?: PromptVariable[] };

/** What the server has to be told to make one of the other. A note alone changes nothing. */
export function changesOf(base: Draft, draft: Draft): Changes {
  const variables = writtenVariables(draft.variables);
  const isNewText = draft.content !== base.content;
  const areNewVariables = !sameJson(variables, writtenVariables(base.variables));
  const isNewVersion = isNewText || areNewVariables;
  return {
    ...(draft.name !== base.name && { name: draft.name }),
    ...(draft.description !== base.description && { description: draft.description }),
    // Both together, since what is left out stays as it is in the newest version.
    ...(isNewVersion && { content: draft.content, variables }),
    ...(isNewVersion && draft.note.trim() !== "" && { note: draft.note.trim() }),
  };
}

export function readDraft(value: unknown): Draft | undefined {
  if (!isRecord(value) || !Array.isArray(value.variables)) return undefined;
  const { name, description, content, note } = value;
  if (typeof name !== "string" || typeof description !== "string") return undefined;
  if (typeof content !== "string" || typeof note !== "string") return undefined;
  const variables = value.variables.flatMap((each): PromptVariable[] =>
    isRecord(each) && typeof each.name === "string"
      ? [
          {
            name: each.name,
            ...(typeof each.description === "string" && { description: each.description }),
            ...("default" in each && { default: each.default }),
          },
        ]
      : [],
  );
  return { name, description, content, variables, note };
}

/** The draft with something else said of a value; nothing said takes it off the list. */
export function withVariable(variables: readonly PromptVariable[], said: PromptVariable): PromptVariable[] {
  const others = variables.filter(({ name }) => name !== said.name);
  return writtenVariables([...others, said]).sort((one, other) => (one.name < other.name ? -1 : 1));
}

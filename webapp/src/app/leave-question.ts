// What somebody is asked who is about to leave: all that would be left behind, in one question.
import { t } from "@/lib/i18n";
import type { Draft, Loss } from "@/lib/unsaved";

interface Place {
  pathname: string;
  search: string;
}

export interface Question {
  title: string;
  /** A sentence on each thing, drafts first. */
  lines: readonly string[];
  /** Saves what can be saved, and says whether it is; missing where nothing can be. */
  save?: () => Promise<boolean>;
  /** Something is lost, whatever is saved. */
  isLossy: boolean;
}

/** A draft is left with its page; tabs of the settings are forms of their own under one address. */
export function leftBehind(from: Place, to: Place, losses: readonly Loss[]): readonly Loss[] {
  if (from.pathname !== to.pathname) return losses;
  return tabOf(from) === tabOf(to) ? [] : losses.filter(({ kind }) => kind !== "draft");
}

function tabOf({ search }: Place): string | null {
  return new URLSearchParams(search).get("tab");
}

/** None where nothing is left behind. */
export function questionOf(losses: readonly Loss[]): Question | undefined {
  if (losses.length === 0) return undefined;
  const drafts = losses.filter((loss) => loss.kind === "draft");
  const typed = losses.filter(({ kind }) => kind === "typed");
  const shown = losses.filter(({ kind }) => kind === "shown");
  return {
    title: shown.length === losses.length ? t("Leave without a copy?") : t("Leave with unsaved edits?"),
    lines: [...new Set([...drafts, ...typed, ...shown].map(sentenceOf))],
    isLossy: drafts.length < losses.length,
    ...(drafts.length > 0 && { save: () => saveAll(drafts) }),
  };
}

function sentenceOf({ kind, says }: Loss): string {
  if (says !== undefined) return says;
  return kind === "shown"
    ? t("What stands here is shown only this once. Without a copy of it, it is lost.")
    : t("What was typed here is not saved, and is lost.");
}

/** One after the other: what could not be saved is asked about on its own screen. */
async function saveAll(drafts: readonly Draft[]): Promise<boolean> {
  for (const draft of drafts) if (!(await draft.save())) return false;
  return true;
}

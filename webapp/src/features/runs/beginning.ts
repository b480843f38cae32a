// What began a run, in words, and where that is looked at.
import { t } from "@/lib/i18n";

const WORDS: Record<string, () => string> = {
  manual: () => t("by hand"),
  api: () => t("over the API"),
  cli: () => t("from the command line"),
  call: () => t("another run"),
  failure: () => t("the failure of another run"),
  schedule: () => t("a schedule"),
  webhook: () => t("a webhook"),
};

/** What a newer server may name is shown as it is. */
export function beginningWords(trigger: string): string {
  return Object.hasOwn(WORDS, trigger) ? (WORDS[trigger]?.() ?? trigger) : trigger;
}

const PLACES: Record<string, string> = { schedule: "/schedules", webhook: "/webhooks" };

export function beginningPath(trigger: string, id: string | null): string | undefined {
  const place = Object.hasOwn(PLACES, trigger) ? PLACES[trigger] : undefined;
  return place === undefined || id === null ? undefined : `${place}/${id}`;
}

// The kinds of nodes as they are offered: in the language of whoever reads, and found by their English name as well.
import type { NodeKind } from "@/api/types";
import { KindIcon } from "@/components/canvas/kind-icon";
import { kindTitle, sayText } from "@/components/canvas/kind-texts";
import type { PickItem } from "@/components/pick-list";
import { t } from "@/lib/i18n";

/** The order in which they are offered; a category that is not here comes last, under its own name. */
const GROUPS: Record<string, () => string> = {
  data: () => t("Data"),
  flow: () => t("Flow"),
  http: () => "HTTP",
  file: () => t("Files"),
  system: () => t("System"),
  build: () => t("Build"),
  deploy: () => t("Deploy"),
};

export function paletteItems(kinds: Iterable<NodeKind>): PickItem[] {
  const order = Object.keys(GROUPS);
  const rankOf = ({ category }: NodeKind) => (category in GROUPS ? order.indexOf(category) : order.length);
  return [...kinds]
    .map((kind) => ({ kind, title: kindTitle(kind) }))
    .sort((a, b) => rankOf(a.kind) - rankOf(b.kind) || a.title.localeCompare(b.title))
    .map(({ kind, title }) => ({
      id: kind.kind,
      title,
      hint: kind.enabled
        ? sayText(kind.summary)
        : t("Switched off on this server. {{summary}}", { summary: sayText(kind.summary) }),
      group: GROUPS[kind.category]?.() ?? kind.category,
      // Manuals and examples call it by its English name.
      keys: `${kind.kind} ${kind.title}`,
      icon: <KindIcon kind={kind.kind} className="size-4 shrink-0 text-muted" />,
    }));
}

export function hasName(category: string): boolean {
  return category in GROUPS;
}

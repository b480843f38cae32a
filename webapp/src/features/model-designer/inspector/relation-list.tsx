// Relations to choose from.

import { CircleAlert } from "lucide-react";
import { t } from "@/lib/i18n";
import type { Relation } from "../operations/document";
import { problemsOf } from "../problems";
import { type ModelStore, useModels } from "../store";
import { TypeIcon } from "../type-icon";

export function RelationList({ store, relations }: { store: ModelStore; relations: readonly Relation[] }) {
  const problems = useModels(store, (each) => each.problems);
  return (
    <ul aria-label={t("Relations")} className="divide-y divide-line rounded-md border border-line">
      {relations.map((relation) => {
        const { source, name, target, kind } = relation;
        const faults = problemsOf(problems, { relation: { source, name } });
        return (
          <li key={`${source}.${name}`}>
            <button
              type="button"
              className="flex min-h-9 w-full items-center gap-2 px-2.5 py-1 text-left text-sm -outline-offset-2 hover:bg-canvas pointer-coarse:min-h-11"
              onClick={() => store.selectRelation(relation)}
            >
              <TypeIcon type={kind} />
              <span className="min-w-0 break-words">
                {source}.{name} <span className="text-muted">{kind === "n-n" ? "⇉" : "→"}</span> {target}
              </span>
              <span className="ml-auto shrink-0 text-muted text-xs">
                {kind === "n-n" ? t("many to many") : t("many to one")}
              </span>
              {faults.length > 0 && (
                <span title={faults.join("\n")}>
                  <CircleAlert aria-hidden className="size-4 text-bad" />
                  <span className="sr-only">{t("{{count}} problems", { count: faults.length })}</span>
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

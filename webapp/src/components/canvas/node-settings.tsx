// How a node is written in the workflow, with what the catalogue says about its kind.

import type { NodeKind } from "@/api/types";
import { JsonView } from "@/components/json-view";
import { PanelSection } from "@/components/side-panel";
import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import type { GraphNode } from "./graph";
import { sayText } from "./kind-texts";

/** Shown in the title of the panel already, or the settings themselves. */
const NOT_A_RULE = new Set(["id", "kind", "label", "description", "with"]);

export function NodeSettings({ node, kind }: { node: GraphNode; kind: NodeKind | undefined }) {
  const settings = isRecord(node.source.with) ? node.source.with : {};
  const rules = Object.entries(node.source).filter(([key]) => !NOT_A_RULE.has(key));
  return (
    <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-3 pt-0">
      {node.description && <p className="text-sm">{node.description}</p>}
      {kind && (
        <div className="space-y-1.5 text-sm">
          <p className="text-muted">{sayText(kind.summary)}</p>
          {!kind.enabled && (
            <p className="rounded-md bg-warn-soft px-2.5 py-1.5 text-warn">
              {kind.disabled_reason
                ? t("This kind is switched off: {{reason}}", { reason: sayText(kind.disabled_reason) })
                : t("This kind is switched off.")}
            </p>
          )}
        </div>
      )}
      <PanelSection title={t("Settings")}>
        {Object.keys(settings).length > 0 ? (
          <JsonView value={settings} label={t("settings")} />
        ) : (
          <p className="text-sm text-muted">{t("Nothing is set; the kind's defaults hold.")}</p>
        )}
      </PanelSection>
      {rules.length > 0 && (
        <PanelSection title={t("Rules")}>
          <JsonView value={Object.fromEntries(rules)} label={t("rules")} />
        </PanelSection>
      )}
    </div>
  );
}

// The same models as one long form, without a canvas: for whoever would rather read, and for small screens.

import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { humanise } from "@/components/canvas/graph";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { ApplicationNames } from "./inspector/application-form";
import { ModelForm, type ModelFormActions } from "./inspector/model-form";
import { type ModelStore, useModels } from "./store";

interface FormViewProps {
  store: ModelStore;
  actions: ModelFormActions;
}

export function FormView({ store, actions }: FormViewProps) {
  const document = useModels(store, (each) => each.document);
  const problems = useModels(store, (each) => each.problems);
  const isApplication = store.home === "application";
  const [isShort] = useState(() => document.models.length < 4);
  return (
    <div className="mx-auto max-w-2xl space-y-4 p-4">
      {isApplication && (
        <section
          aria-label={t("Application")}
          className="space-y-3.5 rounded-lg border border-line bg-page p-4"
        >
          <ApplicationNames store={store} />
        </section>
      )}
      {document.models.map((model, index) => {
        const faults = problems.filter(({ of }) => of.model === model.name);
        return (
          // By its place: a model that is renamed stays open, and the keyboard stays in it.
          <details
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            open={isShort}
            data-form-model={model.name}
            className="group rounded-lg border border-line bg-page"
          >
            <summary className="flex min-h-11 list-none items-center gap-2 px-4 py-2 -outline-offset-2">
              <ChevronRight
                aria-hidden
                className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90"
              />
              <span className="min-w-0 flex-1 truncate font-medium">
                {textOf(model.label) ?? humanise(model.name)}{" "}
                <code className="font-mono font-normal text-muted text-xs">{model.name}</code>
              </span>
              <span className={faults.length > 0 ? "text-bad text-xs" : "text-muted text-xs"}>
                {faults.length > 0
                  ? t("{{count}} problems", { count: faults.length })
                  : t("{{count}} fields", { count: model.fields.length })}
              </span>
            </summary>
            <div className="border-t border-line p-4">
              <ModelForm store={store} model={model} actions={actions} />
            </div>
          </details>
        );
      })}
    </div>
  );
}

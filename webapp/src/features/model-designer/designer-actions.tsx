// What stands in the title line of the model designer: how it is, the way back, other views, and saving.

import { Code, LayoutList, Shapes } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { UndoButtons } from "@/components/edit-notices";
import { ProblemCount } from "@/components/problem-list";
import { SaveButton } from "@/components/save-button";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { type ModelStore, useModels } from "./store";
import { useMayCheck } from "./use-check";

interface ActionsProps {
  store: ModelStore;
  busy: boolean;
  isChecked: boolean;
  isCode: boolean;
  isForm: boolean;
  onSave: () => void;
  onChanges: () => void;
  onForm: () => void;
  onCode: () => void;
  more: ReactNode;
}

export function DesignerActions({
  store,
  busy,
  isChecked,
  isCode,
  isForm,
  onSave,
  onChanges,
  onForm,
  onCode,
  more,
}: ActionsProps) {
  const isDirty = useModels(store, (each) => each.isDirty);
  const isSaved = useModels(store, (each) => each.base.id !== undefined);
  const count = useModels(store, (each) => each.problems.length + (each.faultyText ? 1 : 0));
  const mayCheck = useMayCheck(store.home);
  return (
    <div data-part="actions" className="flex flex-wrap items-center gap-1.5">
      {!store.isReadOnly && (mayCheck || count > 0) && <ProblemCount count={count} isChecked={isChecked} />}
      {!store.isReadOnly && <UndoButtons store={store} />}
      <Button aria-pressed={isForm} className={cn(isForm && "bg-sunken")} onClick={onForm}>
        {isForm ? <Shapes aria-hidden /> : <LayoutList aria-hidden />}
        <span className="max-sm:sr-only">{isForm ? t("Canvas") : t("Form")}</span>
      </Button>
      <Button aria-pressed={isCode} onClick={onCode}>
        <Code aria-hidden />
        <span className="max-sm:sr-only">{t("Code")}</span>
      </Button>
      {isSaved && isDirty && (
        <Button weight="quiet" onClick={onChanges} title={t("What saving would change (Shift V)")}>
          {t("Changes")}
        </Button>
      )}
      {more}
      {!store.isReadOnly && (
        <SaveButton
          weight="primary"
          busy={busy}
          isSaved={isSaved && !isDirty}
          disabled={isSaved && !isDirty}
          onSave={onSave}
        />
      )}
    </div>
  );
}

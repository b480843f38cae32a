// What every record has, on pages that are made by hand: the fields that the workspace has declared, and the history.
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { PanelSection } from "@/components/side-panel";
import { t } from "@/lib/i18n";
import { Cell, columnsOf, HistorySection, type Model, modelOf, RecordForm, useRecord } from "@/records";
import { LatheRecords } from "./record-host";

interface RecordMoreProps {
  /** The name of the model, as the server describes it. */
  model: string;
  id: string;
}

export function RecordMore({ model: name, id }: RecordMoreProps) {
  return (
    <LatheRecords>
      {(manifest) => {
        const model = modelOf(manifest, name);
        return (
          model && (
            <>
              <FurtherFields model={model} id={id} />
              {model.history && <History model={model} id={id} />}
            </>
          )
        );
      }}
    </LatheRecords>
  );
}

function FurtherFields({ model, id }: { model: Model; id: string }) {
  const fields = model.fields.filter(({ extra }) => extra);
  if (fields.length === 0) return null;
  return <Fields model={{ ...model, fields, relations: [] }} id={id} />;
}

function Fields({ model, id }: { model: Model; id: string }) {
  const record = useRecord(model.name, id);
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <PanelSection title={t("Further fields of this workspace")}>
      {record && (
        <dl className="space-y-1 text-sm">
          {columnsOf(model)
            .filter(({ field }) => field !== undefined)
            .map((column) => (
              <div key={column.key} className="flex flex-wrap items-baseline gap-x-2">
                <dt className="text-muted">{column.label}</dt>
                <dd className="min-w-0">
                  <Cell column={column} value={record[column.key]} />
                </dd>
              </div>
            ))}
        </dl>
      )}
      {model.can.update && <Button onClick={() => setOpen(true)}>{t("Edit further fields")}</Button>}
      {isOpen && (
        <Dialog title={t("Further fields of this workspace")} onClose={close}>
          <RecordForm model={model} id={id} onSaved={close} onCancel={close} />
        </Dialog>
      )}
    </PanelSection>
  );
}

/** Asked for only where somebody wants to see it. */
function History({ model, id }: { model: Model; id: string }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <HistorySection model={model} id={id} />;
  return (
    <Button weight="quiet" className="-ml-2.5" onClick={() => setOpen(true)}>
      {t("Show the history")}
    </Button>
  );
}

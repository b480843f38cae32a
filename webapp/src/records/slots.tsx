// What a host draws itself in the list of a model, where the description of it does not say enough.
import type { ComponentType } from "react";
import { Cell } from "./cell";
import type { Column } from "./columns";
import { useHost } from "./host";
import type { Model, RecordData } from "./manifest";
import { titleOf } from "./titles";

export interface RowProps {
  record: RecordData;
}

export interface ListSlots {
  /** Values that are drawn otherwise, by the keys of their columns. Cards and rows are links: no buttons or links in here. */
  cells?: Record<string, ComponentType<RowProps>>;
  /** One column more, of what no field says. It can't be sorted or filtered by, and belongs to no view. */
  fact?: { label: () => string; rem: number; Cell: ComponentType<RowProps> };
  /** What can be done with one record, at the end of its row; buttons and links that take the `tabIndex`. */
  actions?: { label: () => string; rem: number; Row: ComponentType<RowProps & { tabIndex: number }> };
  /** What can be done with many records at once that no action of the model does. */
  bulk?: BulkSlot;
  /** Columns that are shown until somebody chooses. */
  columns?: readonly string[];
  /** How many of the columns a card on a phone has, where four are too many. */
  lines?: number;
  /** So often the first page is read again while somebody looks at it. */
  freshMs?: number;
  /** Says when something in the list may have changed, until what it gives is called: the first page is read again then. */
  news?: (onNews: () => void) => () => void;
}

export interface BulkSlot {
  label: () => string;
  /** What is done with one of them; null where it is not offered. */
  useWork: () => ((record: RecordData) => Promise<unknown>) | null;
}

const NO_BULK: BulkSlot = { label: () => "", useWork: () => null };

/** What the host does with many records of this model, for who may. */
export function useBulk(
  model: Model,
): { label: string; work: (record: RecordData) => Promise<unknown> } | null {
  const { label, useWork } = useSlots(model).bulk ?? NO_BULK;
  const work = useWork();
  return work && { label: label(), work };
}

const NO_SLOTS: ListSlots = {};

export function useSlots(model: Model): ListSlots {
  return useHost().slots?.[model.name] ?? NO_SLOTS;
}

interface RecordCellProps {
  model: Model;
  column: Column;
  record: RecordData;
}

/** A value as the host draws it, or else as its type says. */
export function RecordCell({ model, column, record }: RecordCellProps) {
  const Own = useSlots(model).cells?.[column.key];
  return Own ? <Own record={record} /> : <Cell column={column} value={record[column.key]} />;
}

/** What a record is called where it stands for itself. */
export function RecordName({ model, record }: Omit<RecordCellProps, "column">) {
  const Own = useSlots(model).cells?.[model.display ?? ""];
  return Own ? <Own record={record} /> : titleOf(model, record);
}

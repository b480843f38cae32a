// The record screens: lists, forms and details of any model, made of its description alone.
export { Cell } from "./cell";
export { type Answer, RecordsClient, type Request, type Send } from "./client";
export { columnsOf } from "./columns";
export { HistorySection } from "./history-section";
export {
  type DraftStore,
  type LinkProps,
  type Place,
  type RecordsHost,
  RecordsProvider,
  type SavedView,
  type ViewStore,
} from "./host";
export { type Manifest, type Model, modelOf, type RecordData, readManifest } from "./manifest";
export { recordsKey } from "./queries";
export { RecordActions, RecordDetail, useRecord, useRecordTitle } from "./record-detail";
export { RecordForm } from "./record-form";
export { RecordList } from "./record-list";
export { RelatedTitle } from "./related-title";
export type { ListSlots, RowProps } from "./slots";
export { oneOf, singular } from "./titles";
export type { Words } from "./words";

// /models: the record screens of models, and the list with what it has beyond its description.
import { NoModels } from "@/features/models/no-models";
import { AddModel } from "../record-actions";
import { RecordListPage, RecordsOf } from "./records";

export function Models() {
  return <RecordsOf name="models" />;
}

export function ModelList() {
  return <RecordListPage create={AddModel} empty={NoModels} />;
}

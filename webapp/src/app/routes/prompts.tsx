// /prompts: the record screens of prompts, and the list with what it says while there are none.
import { NoPrompts } from "@/features/prompts/no-prompts";
import { RecordListPage, RecordsOf } from "./records";

export function Prompts() {
  return <RecordsOf name="prompts" />;
}

export function PromptList() {
  return <RecordListPage empty={NoPrompts} />;
}

// /applications and /applications/:id: the record screens of applications, with what list and page have beyond their
// description: what is live, previewing, shipping and stopping.
import { NoApplications } from "@/features/applications/no-applications";
import { ApplicationDetail, ApplicationLead } from "../application-detail";
import { AddApplications, ApplicationPageActions } from "../record-actions";
import { RecordListPage, RecordPage, RecordsOf } from "./records";

/** Described actions for which the page has buttons of its own. */
const REPLACED = ["generate", "stop"];

export function Applications() {
  return <RecordsOf name="applications" />;
}

export function ApplicationList() {
  return <RecordListPage create={AddApplications} empty={NoApplications} />;
}

export function ApplicationViewer() {
  return (
    <RecordPage
      lead={ApplicationLead}
      detail={ApplicationDetail}
      actions={ApplicationPageActions}
      replaces={REPLACED}
    />
  );
}

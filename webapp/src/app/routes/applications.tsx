// /applications and /applications/:id: the record screens of applications, with what list and page have beyond their
// description: what is live, previewing, shipping and stopping.
import { NoApplications } from "@/features/applications/no-applications";
import { AddApplications } from "../add-applications";
import { later } from "../later";
import { RecordListPage, RecordPage, RecordsOf } from "./records";

// The list comes without what the page of one shows.
const ApplicationPageActions = later(() =>
  import("../application-actions").then((m) => m.ApplicationPageActions),
);
const ApplicationDetail = later(() => import("../application-detail").then((m) => m.ApplicationDetail));
const ApplicationLead = later(() => import("../application-detail").then((m) => m.ApplicationLead));

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

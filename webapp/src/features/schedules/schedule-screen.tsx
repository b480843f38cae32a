// The inside of /schedules/new and /schedules/:id/edit.
import { MayOnly } from "@/components/may-only";
import { EditSchedule } from "./edit-schedule";
import { CreateSchedule } from "./schedule-form";

export function ScheduleScreen({ id }: { id?: string }) {
  return (
    <MayOnly takes={["schedules:write", "workflows:run"]}>
      {id === undefined ? <CreateSchedule /> : <EditSchedule key={id} id={id} />}
    </MayOnly>
  );
}

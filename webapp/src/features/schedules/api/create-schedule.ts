// Lets a workflow run by itself; sent twice because an answer was lost, it is still one schedule.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";
import type { NewSchedule } from "@/api/types";
import { recordsKey } from "@/records";

export function useCreateSchedule() {
  const queries = useQueryClient();
  return useIntent(
    (body: NewSchedule, key) =>
      unwrap(client.POST("/api/schedules", { params: { header: { "Idempotency-Key": key } }, body })),
    () => queries.invalidateQueries({ queryKey: recordsKey("schedules") }),
  );
}

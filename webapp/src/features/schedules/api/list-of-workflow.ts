// The schedules that begin one workflow. Kept beside the records of schedules: what changes those changes these.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { recordsKey } from "@/records";

export const MOST_SCHEDULES = 20;

export function listSchedulesOf(workflowId: string) {
  return queryOptions({
    queryKey: [...recordsKey("schedules"), "of", workflowId],
    queryFn: ({ signal }) => {
      const query = { workflow_id: workflowId, limit: MOST_SCHEDULES };
      return unwrap(client.GET("/api/schedules", { params: { query }, signal }));
    },
    refetchInterval: 30_000,
  });
}

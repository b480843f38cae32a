// Changes a schedule, unless somebody else has since it was read.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { NewSchedule } from "@/api/types";
import { recordsKey } from "@/records";

interface Change {
  etag: string | undefined;
  body: Partial<NewSchedule>;
}

export function useUpdateSchedule(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ etag, body }: Change) =>
      unwrap(
        client.PUT("/api/schedules/{id}", {
          params: { path: { id }, header: { "If-Match": etag } },
          body,
        }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["schedules"] }),
        queries.invalidateQueries({ queryKey: recordsKey("schedules") }),
      ]),
  });
}

// A schedule, with the mark of what it was when it was read.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { versioned } from "@/api/versioned";

export function getSchedule(id: string) {
  return queryOptions({
    queryKey: ["schedules", "one", id],
    queryFn: ({ signal }) => {
      const reply = client.GET("/api/schedules/{id}", { params: { path: { id } }, signal });
      return versioned(reply, unwrap(reply));
    },
  });
}

// What shipping an application as it stands will do to its data.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function getShipPlan(id: string) {
  return queryOptions({
    queryKey: ["applications", "plan", id],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/applications/{id}/plan", { params: { path: { id } }, signal })),
    // Others change models, and runs change what is live.
    staleTime: 0,
  });
}

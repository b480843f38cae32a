// Which application a run is about, by the input of that name; null where its workflow takes none.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { isRecord, textOf } from "@/lib/json";

export function getShipped(id: string) {
  return queryOptions({
    queryKey: ["executions", "shipped", id],
    // What a run was given does not change.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<string | null> => {
      const path = { id };
      const { inputs } = await unwrap(client.GET("/api/executions/{id}", { params: { path }, signal }));
      return (isRecord(inputs) ? textOf(inputs.application) : undefined) ?? null;
    },
  });
}

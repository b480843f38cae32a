// What secrets may be made of; it changes only with the server.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listKinds = queryOptions({
  queryKey: ["secrets", "kinds"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await unwrap(client.GET("/api/secrets/kinds", { signal }))).items,
});

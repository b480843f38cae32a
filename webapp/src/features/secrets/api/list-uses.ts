// What uses a secret or a variable by its name.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { Named } from "./remove";

export function listUses(what: Named, id: string) {
  return queryOptions({
    queryKey: [what, "uses", id],
    queryFn: async ({ signal }) => {
      const params = { path: { id } };
      const reply =
        what === "secrets"
          ? client.GET("/api/secrets/{id}/uses", { params, signal })
          : client.GET("/api/variables/{id}/uses", { params, signal });
      return (await unwrap(reply)).items;
    },
  });
}

// The variables of the workspace, for completion after `vars.`; who may not read them completes without.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listVariables = queryOptions({
  // With what the lists of variables hold: it is read again when one is made, changed or deleted.
  queryKey: ["records", "variables", "for-designer"],
  queryFn: async ({ signal }) => {
    const page = await unwrap(client.GET("/api/variables", { params: { query: { limit: 100 } }, signal }));
    return Object.fromEntries(page.items.map((variable) => [variable.name, variable.value]));
  },
  staleTime: 60_000,
});

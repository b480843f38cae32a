// The secrets as workflows and environments name them, a secret with several fields by each; who may not read them does without.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";

export const listSecretNames = queryOptions({
  // With what the lists of secrets hold: it is read again when one is made, renamed or deleted.
  queryKey: ["records", "secrets", "names"],
  queryFn: async ({ signal }) => {
    const page = await unwrap(client.GET("/api/secrets", { params: { query: { limit: 1000 } }, signal }));
    return page.items.flatMap(({ references }) => references.flatMap(nameIn));
  },
  staleTime: 60_000,
});

/** `${ secrets.registry.password }` names `registry.password`. */
function nameIn(reference: string): string[] {
  const name = /secrets\.([\w.]+)/.exec(reference)?.[1];
  return name === undefined ? [] : [name];
}

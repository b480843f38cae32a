// How the secrets of the workspace are named in a workflow, for completion after `secrets.`; who may not read them completes without.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listSecretNames = queryOptions({
  queryKey: ["secrets", "for-designer"],
  queryFn: async ({ signal }) => {
    const page = await unwrap(client.GET("/api/secrets", { params: { query: { limit: 100 } }, signal }));
    return page.items.flatMap((secret) => secret.references.flatMap(nameIn));
  },
  staleTime: 60_000,
});

/** `${ secrets.registry.password }` names `registry.password`. */
function nameIn(reference: string): string[] {
  const name = /secrets\.([\w.]+)/.exec(reference)?.[1];
  return name === undefined ? [] : [name];
}

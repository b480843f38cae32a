// The secrets that an environment can name, as it names them: a secret with several fields by one of them.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listSecretNames = queryOptions({
  queryKey: ["secrets", "names"],
  queryFn: async ({ signal }) => {
    const page = await unwrap(client.GET("/api/secrets", { params: { query: { limit: 1000 } }, signal }));
    return page.items.flatMap(({ references }) => references.flatMap(named));
  },
});

/** What stands between the braces of a reference, without the word that workflows have before it. */
function named(reference: string): string[] {
  const found = /secrets\.([A-Za-z0-9_.]+)/.exec(reference);
  return found?.[1] === undefined ? [] : [found[1]];
}

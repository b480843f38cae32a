// The secrets that an environment can name, as it names them: a secret with several fields by one of them.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listSecretNames = queryOptions({
  queryKey: ["secrets", "names"],
  queryFn: async ({ signal }) => {
    const page = await unwrap(client.GET("/api/secrets", { params: { query: { limit: 1000 } }, signal }));
    return page.items.flatMap(({ name, fields }) =>
      fields.map((field) => (field === "value" ? name : `${name}.${field}`)),
    );
  },
});

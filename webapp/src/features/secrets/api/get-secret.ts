// A secret without what it holds, with the mark of what it was when it was read.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { versioned } from "@/api/versioned";

export function getSecret(id: string) {
  return queryOptions({
    queryKey: ["secrets", "one", id],
    queryFn: ({ signal }) => {
      const reply = client.GET("/api/secrets/{id}", { params: { path: { id } }, signal });
      return versioned(reply, unwrap(reply));
    },
  });
}

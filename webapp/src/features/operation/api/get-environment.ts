// What an application is given in its environment, with the mark of what it was when it was read.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { versioned } from "@/api/versioned";

export function getEnvironment(id: string) {
  return queryOptions({
    queryKey: ["applications", "environment", id],
    queryFn: ({ signal }) => {
      const reply = client.GET("/api/applications/{id}/environment", { params: { path: { id } }, signal });
      return versioned(reply, unwrap(reply));
    },
  });
}

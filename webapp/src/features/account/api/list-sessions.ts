// Where one is logged in, on one page.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listSessions = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/auth/sessions", { signal })),
});

// Who one is at other services, on one page.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const listIdentities = queryOptions({
  queryKey: ["identities"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/auth/identities", { signal })),
});

// How one can come in here: whether anybody has, who may register, whether letters can be sent.
import { queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "./client";

export const getMethods = queryOptions({
  queryKey: ["methods"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/auth/methods", { signal })),
});

// The fields that a workspace declares, as they were written, and the mark by which the server knows their state.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export const getExtension = queryOptions({
  queryKey: ["extension"],
  // Not kept: a form must not begin with what was read for an earlier one.
  gcTime: 0,
  queryFn: async ({ signal }) => {
    const reply = client.GET("/api/meta/extension", { signal });
    const { source } = await unwrap(reply);
    return { source, etag: (await reply).response.headers.get("ETag") ?? undefined };
  },
});

export function usePutExtension() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ source, etag }: { source: string; etag: string | undefined }) => {
      const reply = client.PUT("/api/meta/extension", {
        params: { header: { "If-Match": etag } },
        body: { source },
      });
      await unwrap(reply);
      return { source, etag: (await reply).response.headers.get("ETag") ?? undefined };
    },
    // Lists and forms have the fields at once.
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: getExtension.queryKey }),
        queries.invalidateQueries({ queryKey: ["manifest"] }),
      ]),
  });
}

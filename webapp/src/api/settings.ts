// How one person wants things to be, as the server keeps it for all their browsers, notifications and letters.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "./client";
import type { paths } from "./schema";

type Changes = NonNullable<paths["/api/settings"]["put"]["requestBody"]>["content"]["application/json"];

export const getSettings = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/settings", { signal })),
});

/** What is left out stays as it is. */
export function useSaveSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changes: Changes) => unwrap(client.PUT("/api/settings", { body: changes })),
    meta: { touchesNoRecords: true },
    onSuccess: (settings, { language }) => {
      queries.setQueryData(getSettings.queryKey, settings);
      // The server tells what happened in the reader's language.
      if (language !== undefined) void queries.invalidateQueries({ queryKey: ["notifications"] });
    },
  });
}

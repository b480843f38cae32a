// How one person wants things to be, as the server keeps it for all their browsers, notifications and letters.
import { queryOptions, useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "./client";
import type { paths } from "./schema";

type Changes = NonNullable<paths["/api/settings"]["put"]["requestBody"]>["content"]["application/json"];

const SAVING = ["settings", "save"] as const;

export const getSettings = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => unwrap(client.GET("/api/settings", { signal })),
});

/** What is left out stays as it is. */
export function useSaveSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationKey: SAVING,
    // One after the other, wherever they are changed: what is chosen last is kept last, and its answer knows of all before.
    scope: { id: "settings" },
    mutationFn: (changes: Changes) => unwrap(client.PUT("/api/settings", { body: changes })),
    meta: { touchesNoRecords: true },
    onSuccess: async (settings, { language }) => {
      // What is being read just then may be from before.
      await queries.cancelQueries({ queryKey: getSettings.queryKey, exact: true });
      queries.setQueryData(getSettings.queryKey, settings);
      // The server tells what happened in the reader's language.
      if (language !== undefined) void queries.invalidateQueries({ queryKey: ["notifications"] });
    },
  });
}

/** What was chosen of this and is not kept yet, the last choice of each. */
export function useUnkeptNotifications(): NonNullable<Changes["notifications"]> {
  const unkept = useMutationState({
    filters: { mutationKey: SAVING, status: "pending" },
    select: ({ state }) => (state.variables as Changes | undefined)?.notifications,
  });
  return Object.assign({}, ...unkept);
}

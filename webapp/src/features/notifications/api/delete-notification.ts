// Deletes one; it is out of sight at once, and there again if that was refused.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";
import { withoutOne } from "../pages";
import { listNotifications } from "./list-notifications";

export function useDeleteNotification() {
  const queries = useQueryClient();
  const key = listNotifications.queryKey;
  return useMutation({
    mutationFn: (id: string) =>
      // It looks done at once, so that it must be, though the page is left or read anew before the answer.
      settle(client.DELETE("/api/notifications/{id}", { params: { path: { id } }, keepalive: true })),
    meta: { touchesNoRecords: true },
    onMutate: async (id) => {
      await queries.cancelQueries({ queryKey: key });
      queries.setQueryData(key, (known) => known && withoutOne(known, id));
    },
    onError: () => queries.invalidateQueries({ queryKey: key }),
  });
}

// Marks one as read; it looks so at once, and as the server has it afterwards.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { withOneRead } from "../pages";
import { listNotifications } from "./list-notifications";

export function useReadNotification() {
  const queries = useQueryClient();
  const key = listNotifications.queryKey;
  return useMutation({
    mutationFn: (id: string) =>
      // It looks done at once, so that it must be, though the page is left or read anew before the answer.
      unwrap(client.POST("/api/notifications/{id}/read", { params: { path: { id } }, keepalive: true })),
    meta: { touchesNoRecords: true },
    onMutate: async (id) => {
      await queries.cancelQueries({ queryKey: key });
      queries.setQueryData(key, (known) => known && withOneRead(known, id, new Date().toISOString()));
    },
    onError: () => queries.invalidateQueries({ queryKey: key }),
  });
}

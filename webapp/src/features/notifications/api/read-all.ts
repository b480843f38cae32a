// Marks all as read that were seen: what comes meanwhile stays unread.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";
import { listNotifications } from "./list-notifications";

export function useReadAll() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (upTo: number) => settle(client.POST("/api/notifications/read", { body: { up_to: upTo } })),
    meta: { touchesNoRecords: true },
    onSettled: () => queries.invalidateQueries({ queryKey: listNotifications.queryKey }),
  });
}

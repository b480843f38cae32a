// Follows the chain of the whole log. It reads every entry, so it may take a while.
import { useMutation } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function useVerifyAudit() {
  return useMutation({
    mutationFn: (head: string) =>
      unwrap(client.GET("/api/audit/verify", { params: { query: head === "" ? {} : { head } } })),
  });
}

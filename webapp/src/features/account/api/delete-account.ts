// Deletes one's account; every tab of this browser leaves with it.
import { useMutation } from "@tanstack/react-query";
import { session } from "@/api/browser-session";
import { client, settle } from "@/api/client";

export function useDeleteAccount() {
  return useMutation({
    mutationFn: (body: { password?: string }) => settle(client.DELETE("/api/auth/profile", { body })),
    onSuccess: () => session.end(),
  });
}

// Says that a letter has arrived.
import { useMutation } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useConfirmEmail() {
  return useMutation({
    mutationFn: (token: string) => settle(client.POST("/api/auth/email/confirm", { body: { token } })),
  });
}

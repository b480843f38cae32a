// Asks for a letter that proves one's address.
import { useMutation } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useSendVerification() {
  return useMutation({ mutationFn: () => settle(client.POST("/api/auth/email/verify")) });
}

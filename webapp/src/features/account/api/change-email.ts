// Asks for a letter to another address, whose link makes it one's own.
import { useMutation } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useChangeEmail() {
  return useMutation({
    mutationFn: (body: { email: string; password?: string }) =>
      settle(client.POST("/api/auth/email", { body })),
  });
}

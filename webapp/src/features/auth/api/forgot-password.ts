// Asks for a letter with which a new password can be set.
import { useMutation } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useForgotPassword() {
  return useMutation({
    mutationFn: (email: string) => settle(client.POST("/api/auth/password/forgot", { body: { email } })),
  });
}

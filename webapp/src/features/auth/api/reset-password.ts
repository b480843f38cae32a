// Sets a new password with the token of a letter.
import { useMutation } from "@tanstack/react-query";
import { client, settle } from "@/api/client";

export function useResetPassword() {
  return useMutation({
    mutationFn: (body: { token: string; password: string }) =>
      settle(client.POST("/api/auth/password/reset", { body })),
  });
}

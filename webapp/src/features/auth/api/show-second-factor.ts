// Ends a login by way of another service where the account asks for a code besides.
import { useMutation } from "@tanstack/react-query";
import { session } from "@/api/browser-session";
import { client, unwrap } from "@/api/client";

export function useShowSecondFactor() {
  return useMutation({
    mutationFn: (code: string) => unwrap(client.POST("/api/auth/login/second-factor", { body: { code } })),
    onSuccess: (tokens) => session.begin(tokens),
  });
}

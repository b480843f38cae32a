// Begins a session with address and password, and a code where the account asks for one.
import { useMutation } from "@tanstack/react-query";
import { session } from "@/api/browser-session";
import { client, unwrap } from "@/api/client";

interface Credentials {
  email: string;
  password: string;
  code?: string;
}

export function useLogIn() {
  return useMutation({
    mutationFn: (body: Credentials) => unwrap(client.POST("/api/auth/login", { body })),
    onSuccess: (tokens) => session.begin(tokens),
  });
}

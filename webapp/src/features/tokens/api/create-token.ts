// Makes a token for a program; the reply is the only place where the token itself is ever seen.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

interface NewToken {
  name: string;
  scopes: string[];
  expires_in_days?: number;
}

export function useCreateToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewToken) => unwrap(client.POST("/api/tokens", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tokens"] }),
  });
}

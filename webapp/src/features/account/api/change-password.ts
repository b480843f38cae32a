// Sets another password, which ends all other sessions and every token.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";
import { getProfile } from "@/api/profile";

export function useChangePassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { current?: string; password: string }) =>
      settle(client.PUT("/api/auth/password", { body })),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["sessions"] }),
        queries.invalidateQueries({ queryKey: getProfile.queryKey }),
        queries.invalidateQueries({ queryKey: ["tokens"] }),
      ]),
  });
}

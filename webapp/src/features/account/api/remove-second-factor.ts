// Removes the second factor: a password is enough from then on.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";
import { getProfile } from "@/api/profile";

export function useRemoveSecondFactor() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { password?: string; code: string }) =>
      settle(client.POST("/api/auth/second-factor/remove", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: getProfile.queryKey }),
  });
}

// Confirms a second factor with its first code, and gets the recovery codes.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { getProfile } from "@/api/profile";

export function useConfirmSecondFactor() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { setup: string; code: string }) =>
      unwrap(client.PUT("/api/auth/second-factor", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: getProfile.queryKey }),
  });
}

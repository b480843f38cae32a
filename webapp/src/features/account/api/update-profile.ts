// Changes what others call you.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { getProfile } from "@/api/profile";

export function useUpdateProfile() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => unwrap(client.PUT("/api/auth/profile", { body: { name } })),
    onSuccess: (profile) => queries.setQueryData(getProfile.queryKey, profile),
  });
}

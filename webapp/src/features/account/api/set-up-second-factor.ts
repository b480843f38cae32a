// Begins to set up a second factor: the secret of a device, which counts once a code of it has come back.
import { useMutation } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";

export function useSetUpSecondFactor() {
  return useMutation({
    mutationFn: (body: { password?: string }) => unwrap(client.POST("/api/auth/second-factor", { body })),
  });
}

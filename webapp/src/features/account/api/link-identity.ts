// Begins to link another service: the browser goes on there, and comes back to the settings.
import { useMutation } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { httpAddress } from "@/lib/http-address";

export function useLinkIdentity() {
  return useMutation({
    mutationFn: (body: { provider: string; password?: string }) =>
      unwrap(client.POST("/api/auth/identities", { body })),
    onSuccess: ({ url }) => {
      const address = httpAddress(url);
      if (address) window.location.assign(address);
    },
  });
}

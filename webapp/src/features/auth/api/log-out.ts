// Ends this session, or all of one's sessions; every tab of this browser leaves with it.
import { useMutation } from "@tanstack/react-query";
import { session } from "@/api/browser-session";
import { client, settle } from "@/api/client";
import { ApiFailure } from "@/api/failure";

export function useLogOut() {
  return useMutation({
    mutationFn: (everywhere: boolean) =>
      settle(client.POST("/api/auth/logout", { params: { query: everywhere ? { everywhere } : {} } })),
    onSuccess: () => session.end(),
    onError: (failure) => {
      // It had ended already.
      if (failure instanceof ApiFailure && failure.status === 401) session.end();
    },
  });
}

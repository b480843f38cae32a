// Makes an account, which is logged in at once. Who was invited begins in the workspace that wants them.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { session } from "@/api/browser-session";
import { client, unwrap } from "@/api/client";
import { getProfile } from "@/api/profile";
import { chooseWorkspace } from "@/api/workspace";

interface Registration {
  email: string;
  password: string;
  name?: string;
  invitation?: string;
  setup_code?: string;
}

export function useRegister() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Registration) => unwrap(client.POST("/api/auth/register", { body })),
    onSuccess: async (tokens, { invitation }) => {
      // What somebody else had chosen in this browser is nothing to a new account.
      chooseWorkspace(undefined);
      session.begin(tokens);
      // Nor is a page that another tab's login has made somebody else's: what is read on it is theirs.
      if (invitation === undefined || session.state !== "in") return;
      const profile = await queries.fetchQuery(getProfile).catch(() => undefined);
      const others = profile?.workspaces.filter(({ id }) => id !== profile.home) ?? [];
      if (others.length === 1) chooseWorkspace(others[0]?.id);
      // It said what they may do in their own.
      queries.removeQueries({ queryKey: getProfile.queryKey });
    },
  });
}

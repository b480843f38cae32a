// Who is logged in, which workspaces they belong to, and what they may do in the one they work in.
import { queryOptions } from "@tanstack/react-query";
import { keepDraftsOf } from "@/lib/draft-owner";
import { useProfile } from "./auth-context";
import { session } from "./browser-session";
import { client, unwrap } from "./client";
import { ApiFailure } from "./failure";
import type { Permission } from "./permission";
import type { Membership, Profile } from "./types";
import { chooseWorkspace, chosenWorkspace } from "./workspace";

/** What somebody may do changes seldom, and the server has the last word anyway. */
const STALE_AFTER_MS = 60_000;

export const getProfile = queryOptions({
  queryKey: ["profile"],
  staleTime: STALE_AFTER_MS,
  queryFn: async ({ signal }) => {
    const read = () => unwrap(client.GET("/api/auth/profile", { signal }));
    const profile = await read().catch((failure: unknown) => {
      const isGone = failure instanceof ApiFailure && failure.status === 404;
      if (!isGone || chosenWorkspace() === undefined) throw failure;
      // They do not belong to the workspace that this browser remembers, or not any more.
      chooseWorkspace(undefined);
      return read();
    });
    session.introduce(profile.id);
    keepDraftsOf(profile.id, currentWorkspace(profile)?.id);
    return profile;
  },
});

/** Whether the reader may do this in the workspace they are in. */
export function useMay(permission: Permission): boolean {
  return useProfile()?.permissions.includes(permission) ?? false;
}

/** The workspace that somebody works in; none when they have lost their last one. */
export function currentWorkspace(profile: Profile): Membership | undefined {
  const id = chosenWorkspace() ?? profile.home;
  return profile.workspaces.find((workspace) => workspace.id === id);
}

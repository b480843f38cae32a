// Follows the session and the profile for all that stands inside. It begins with a page, not with the app: by then the
// guards have read the profile, so that nobody is taken for somebody without rights for a moment.
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useSyncExternalStore } from "react";
import { AuthContext } from "@/api/auth-context";
import { session } from "@/api/browser-session";
import { getProfile } from "@/api/profile";

export function AuthProvider({ children }: { children: ReactNode }) {
  const state = useSyncExternalStore(session.subscribe, () => session.state);
  const profile = useQuery({ ...getProfile, enabled: state === "in" }).data;
  const auth = useMemo(() => ({ state, profile }), [state, profile]);
  return <AuthContext value={auth}>{children}</AuthContext>;
}

// Whether somebody is logged in, for components that follow it.
import { useSyncExternalStore } from "react";
import { session } from "@/api/browser-session";
import type { SessionState } from "@/api/session";

export function useSessionState(): SessionState {
  return useSyncExternalStore(session.subscribe, () => session.state);
}

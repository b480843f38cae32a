// Who is logged in and whether they still are, for every component of a page: read once, above them all.
import { createContext, useContext } from "react";
import type { SessionState } from "./session";
import type { Profile } from "./types";

export interface Auth {
  state: SessionState;
  /** Of whoever is logged in; it stays while the page asks them to log in again. */
  profile: Profile | undefined;
}

export const AuthContext = createContext<Auth>({ state: "unknown", profile: undefined });

export function useSessionState(): SessionState {
  return useContext(AuthContext).state;
}

/** The profile, on pages that are shown only to who is logged in. */
export function useProfile(): Profile | undefined {
  return useContext(AuthContext).profile;
}

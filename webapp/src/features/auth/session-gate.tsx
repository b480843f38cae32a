// Watches over the pages that need a session: asks to log in again over what is on screen, or leaves when it is over.

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useProfile, useSessionState } from "@/api/auth-context";
import { session } from "@/api/browser-session";
import { getMethods } from "@/api/methods";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { t } from "@/lib/i18n";
import { loginPath } from "@/lib/next-path";
import { LoginForm } from "./login-form";
import { ProviderLinks } from "./provider-links";

export function SessionGate() {
  const state = useSessionState();
  const profile = useProfile();
  const methods = useQuery({ ...getMethods, enabled: state === "expired" }).data;
  useEffect(() => {
    // A new page keeps nothing of what was read in the name of who has left.
    if (state === "out") window.location.replace(loginPath(window.location));
  }, [state]);
  if (state !== "expired" || !profile) return null;
  return (
    <Dialog title={t("Log in again")}>
      <div className="space-y-4">
        <p className="text-sm text-muted">
          {t(
            "Your session has ended. What is on this page stays, and goes on once you are back as {{email}}.",
            { email: profile.email },
          )}
        </p>
        {methods && <ProviderLinks providers={methods.providers} newTab />}
        <LoginForm email={profile.email} onDone={() => session.introduce(profile.id)} />
        <Button weight="quiet" className="w-full" onClick={() => session.end()}>
          {t("Leave this page and log in as somebody else")}
        </Button>
      </div>
    </Dialog>
  );
}

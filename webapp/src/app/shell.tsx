// What stays on screen: the way around, the state of the engine, who is logged in, the theme. Below on a phone, left otherwise.

import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { Outlet, ScrollRestoration, useNavigate, useNavigation } from "react-router";
import { useProfile } from "@/api/auth-context";
import { SessionGate } from "@/features/auth/session-gate";
import { UserMenu } from "@/features/auth/user-menu";
import { EngineStatus } from "@/features/engine-status/engine-status";
import { NotificationBell } from "@/features/notifications/notification-bell";
import { t } from "@/lib/i18n";
import { AuthProvider } from "./auth-provider";
import { LanguageToggle } from "./language";
import { Leaving } from "./leaving";
import { Logo } from "./logo";
import { GoToButton, PhoneBar, PlaceGroups } from "./navigation";
import { groupsFor } from "./places";
import { ThemeToggle } from "./theme";
import { useAdoptedSettings } from "./use-adopted-settings";
import { useGoKeys } from "./use-go-keys";

const GoTo = lazy(async () => ({ default: (await import("./go-to")).GoTo }));

export function Shell() {
  return (
    <AuthProvider>
      <Frame />
    </AuthProvider>
  );
}

function Frame() {
  const loading = useNavigation().state === "loading";
  const navigate = useNavigate();
  const permissions = useProfile()?.permissions;
  const groups = useMemo(() => groupsFor(permissions ?? []), [permissions]);
  const places = useMemo(() => groups.flatMap((group) => group.places), [groups]);
  const [isAsking, setAsking] = useState(false);
  const ask = useCallback(() => setAsking(true), []);
  useAdoptedSettings();
  useGoKeys({ places, onGo: navigate, onAsk: ask });
  return (
    <div className="flex h-full flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
      >
        {t("Skip to the content")}
      </a>
      <aside className="hidden w-52 shrink-0 flex-col border-r border-line bg-canvas p-2.5 md:flex">
        <div className="mb-2 flex items-center justify-between pl-1.5">
          <span className="flex items-center gap-2 font-semibold">
            <Logo /> Lathe
          </span>
          <span className="flex">
            <LanguageToggle />
            <ThemeToggle isKept />
          </span>
        </div>
        <GoToButton className="mb-2 h-8" onClick={ask} />
        <PlaceGroups groups={groups} />
        <div className="-mx-2.5 border-t border-line px-2.5 pt-1.5">
          <EngineStatus />
          <NotificationBell />
          <UserMenu />
        </div>
      </aside>
      <main
        id="content"
        tabIndex={-1}
        aria-busy={loading}
        className="relative min-h-0 min-w-0 flex-1 overflow-y-auto outline-none"
      >
        {loading && (
          <div aria-hidden className="fixed inset-x-0 top-0 z-40 h-0.5 bg-accent motion-safe:animate-pulse" />
        )}
        <Outlet />
      </main>
      <PhoneBar groups={groups} onGoTo={ask} beside={<NotificationBell stacked />}>
        <div className="flex items-center justify-between gap-2 border-t border-line pt-2">
          <div className="min-w-0 flex-1">
            <UserMenu />
          </div>
          <LanguageToggle />
          <ThemeToggle isKept />
        </div>
      </PhoneBar>
      {isAsking && (
        <Suspense>
          <GoTo onClose={() => setAsking(false)} />
        </Suspense>
      )}
      <SessionGate />
      <Leaving />
      <ScrollRestoration />
    </div>
  );
}

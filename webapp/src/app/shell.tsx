// What stays on screen: the way around, the state of the engine, who is logged in, the theme. Below on a phone, left otherwise.
import { AppWindow, Database, History, type LucideIcon, Workflow } from "lucide-react";
import { NavLink, Outlet, ScrollRestoration, useNavigation } from "react-router";
import { SessionGate } from "@/features/auth/session-gate";
import { UserMenu } from "@/features/auth/user-menu";
import { EngineStatus } from "@/features/engine-status/engine-status";
import { NotificationBell } from "@/features/notifications/notification-bell";
import { cn } from "@/lib/cn";
import { LanguageToggle } from "./language";
import { Logo } from "./logo";
import { ThemeToggle } from "./theme";

const PLACES: { to: string; label: string; icon: LucideIcon }[] = [
  { to: "/workflows", label: "Workflows", icon: Workflow },
  { to: "/runs", label: "Runs", icon: History },
  { to: "/applications", label: "Applications", icon: AppWindow },
  { to: "/models", label: "Models", icon: Database },
];

export function Shell() {
  const loading = useNavigation().state === "loading";
  return (
    <div className="flex h-full flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only rounded-md bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to the content
      </a>
      <aside className="hidden w-52 shrink-0 flex-col border-r border-line bg-canvas p-2.5 md:flex">
        <div className="mb-3 flex items-center justify-between pl-1.5">
          <span className="flex items-center gap-2 font-semibold">
            <Logo /> Lathe
          </span>
          <span className="flex">
            <LanguageToggle />
            <ThemeToggle />
          </span>
        </div>
        <Places className="flex flex-col gap-0.5" />
        <div className="mt-auto">
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
      <div className="flex items-center border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)] md:hidden">
        <Places className="flex flex-1 justify-around" stacked />
        <NotificationBell stacked />
        <UserMenu stacked />
        <ThemeToggle />
      </div>
      <SessionGate />
      <ScrollRestoration />
    </div>
  );
}

function Places({ className, stacked = false }: { className: string; stacked?: boolean }) {
  return (
    <nav aria-label="Main" className={className}>
      {PLACES.map(({ to, label, icon: Icon }) => (
        <NavLink
          key={to}
          to={to}
          className={({ isActive }) =>
            cn(
              "flex items-center rounded-md transition-colors",
              stacked
                ? "min-h-13 flex-1 flex-col justify-center gap-0.5 text-[11px]"
                : "h-8 gap-2 px-2 text-sm",
              isActive ? "font-medium text-ink" : "text-muted hover:text-ink",
              isActive && !stacked && "bg-line/70",
              !isActive && !stacked && "hover:bg-line/40",
            )
          }
        >
          <Icon aria-hidden className={stacked ? "size-5" : "size-4"} />
          {label}
        </NavLink>
      ))}
    </nav>
  );
}

// The frame of pages that need no login: nothing of the app is around them.
import { Outlet } from "react-router";
import { AuthProvider } from "./auth-provider";
import { Logo } from "./logo";
import { ThemeToggle } from "./theme";

export function Plain() {
  return (
    <div className="flex min-h-full flex-col bg-canvas">
      <header className="flex items-center justify-between px-4 py-3">
        <span className="flex items-center gap-2 font-semibold">
          <Logo /> Lathe
        </span>
        <ThemeToggle />
      </header>
      <main id="content" className="flex-1 px-4 pt-[8vh] pb-10">
        <AuthProvider>
          <Outlet />
        </AuthProvider>
      </main>
    </div>
  );
}

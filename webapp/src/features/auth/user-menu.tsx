// Who is logged in, and what they can do about it: another workspace, their settings, leaving.

import { Check, CircleUserRound, LogOut, Plus, Settings } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Link } from "react-router";
import { useProfile } from "@/api/auth-context";
import { currentWorkspace } from "@/api/profile";
import type { Profile } from "@/api/types";
import { switchWorkspace } from "@/api/workspace";
import { ConfirmDialog } from "@/components/confirm/confirm-dialog";
import { FailureNotice } from "@/components/failure-notice";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { roleName } from "@/lib/role-name";
import { useLogOut } from "./api/log-out";

export function UserMenu() {
  const profile = useProfile();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const leave = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", leave);
    return () => document.removeEventListener("pointerdown", leave);
  }, [open]);
  if (!profile) return null;
  const workspace = currentWorkspace(profile);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the panel from whatever stands in it.
    <div
      ref={root}
      className="relative"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left text-sm text-muted transition-colors hover:bg-line/40 hover:text-ink"
      >
        <CircleUserRound aria-hidden className="size-4 shrink-0" />
        <span className="min-w-0">
          <span className="block truncate text-ink">{profile.name}</span>
          <span className="block truncate text-xs">{workspace?.name ?? t("No workspace")}</span>
        </span>
      </button>
      {open && (
        <div
          id={id}
          className="thin-scroll absolute bottom-full left-0 z-40 mb-1 max-h-[70vh] w-64 overflow-y-auto rounded-lg border border-line bg-raised p-1.5 text-sm shadow-xl"
        >
          <Panel profile={profile} current={workspace?.id} onChosen={() => setOpen(false)} />
        </div>
      )}
    </div>
  );
}

interface PanelProps {
  profile: Profile;
  current: string | undefined;
  onChosen: () => void;
}

function Panel({ profile, current, onChosen }: PanelProps) {
  const logOut = useLogOut();
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <p className="truncate px-2 py-1 text-xs text-muted">{profile.email}</p>
      <h2 className="px-2 pt-1 text-xs font-medium text-muted">{t("Workspaces")}</h2>
      <ul>
        {profile.workspaces.map(({ id, name, role }) => (
          <li key={id}>
            <Entry
              current={id === current}
              onClick={() => {
                if (id === current) onChosen();
                else switchWorkspace(id === profile.home ? undefined : id, "/dashboard");
              }}
            >
              <Check aria-hidden className={cn(id !== current && "invisible")} />
              <span className="min-w-0 flex-1 truncate">{name}</span>
              <span className="text-xs text-muted">{roleName(role)}</span>
            </Entry>
          </li>
        ))}
      </ul>
      <Link to="/settings?tab=workspace&new" className={ENTRY} onClick={onChosen}>
        <Plus aria-hidden />
        {t("New workspace")}
      </Link>
      <div className="mt-1 border-t border-line pt-1">
        <Link to="/settings" className={ENTRY} onClick={onChosen}>
          <Settings aria-hidden />
          {t("Settings")}
        </Link>
        <Entry disabled={logOut.isPending} onClick={() => logOut.mutate(false)}>
          <LogOut aria-hidden />
          {t("Log out")}
        </Entry>
        <Entry disabled={logOut.isPending} onClick={() => setAsked(true)}>
          <LogOut aria-hidden />
          {t("Log out everywhere")}
        </Entry>
      </div>
      {isAsked && (
        <ConfirmDialog
          title={t("Log out everywhere?")}
          confirm={t("End all sessions")}
          busy={logOut.isPending}
          failure={logOut.error}
          failureTitle={t("You are still logged in")}
          onConfirm={() => logOut.mutate(true)}
          onClose={() => setAsked(false)}
        >
          <p>{t("Every browser that you are logged in with has to log in again. API tokens stay.")}</p>
        </ConfirmDialog>
      )}
      {logOut.isError && !isAsked && (
        <FailureNotice failure={logOut.error} title={t("You are still logged in")} />
      )}
    </>
  );
}

const ENTRY =
  "flex h-8 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-sunken disabled:opacity-50 pointer-coarse:h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted";

interface EntryProps {
  current?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Entry({ current = false, disabled, onClick, children }: EntryProps) {
  return (
    <button type="button" aria-current={current} disabled={disabled} onClick={onClick} className={ENTRY}>
      {children}
    </button>
  );
}

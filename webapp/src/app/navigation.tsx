// The ways around: all places in groups beside the screen; on a phone the four first ones, and a sheet with all of them.
import { Menu, Search, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { matchPath, NavLink, useLocation } from "react-router";
import { Button } from "@/components/button";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { type AppPlace, firstOf, type PlaceGroup } from "./places";

interface GroupsProps {
  groups: readonly PlaceGroup[];
  /** Larger, for fingers. */
  isSheet?: boolean;
  onGo?: () => void;
}

export function PlaceGroups({ groups, isSheet = false, onGo }: GroupsProps) {
  return (
    <nav aria-label={t("Main")} className={cn(!isSheet && "thin-scroll min-h-0 flex-1 overflow-y-auto")}>
      {groups.map(({ label, places }) => (
        <div key={places[0]?.to} className={isSheet ? "pb-2" : "pb-1.5"}>
          {label && <h2 className="px-2 pt-1 pb-0.5 text-xs font-medium text-muted">{label()}</h2>}
          <ul className={cn(isSheet && "grid grid-cols-2 gap-x-2")}>
            {places.map((place) => (
              <li key={place.to}>
                <PlaceLink
                  place={place}
                  className={cn("gap-2 px-2 text-sm", isSheet ? "h-11" : "h-7")}
                  activeClass="bg-line/70"
                  restClass="hover:bg-line/40"
                  onGo={onGo}
                />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

interface PlaceLinkProps {
  place: AppPlace;
  className: string;
  iconClass?: string;
  activeClass?: string;
  restClass?: string;
  onGo?: (() => void) | undefined;
}

function PlaceLink(props: PlaceLinkProps) {
  const { place, className, iconClass = "size-4", activeClass, restClass, onGo } = props;
  const { icon: Icon, beside: Beside } = place;
  return (
    <NavLink
      to={place.to}
      onClick={onGo}
      className={({ isActive }) =>
        cn(
          "flex items-center rounded-md -outline-offset-2 transition-colors",
          className,
          isActive ? "font-medium text-ink" : "text-muted hover:text-ink",
          isActive ? activeClass : restClass,
        )
      }
    >
      <Icon aria-hidden className={cn("shrink-0", iconClass)} />
      <span className="truncate">{place.label()}</span>
      {Beside && (
        <span className="ml-auto flex">
          <Beside />
        </span>
      )}
    </NavLink>
  );
}

/** Opens the list of everywhere one can go, and says which keys do. */
export function GoToButton({ onClick, className }: { onClick: () => void; className?: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className={cn(
        "flex w-full shrink-0 items-center gap-2 rounded-md border border-line bg-page px-2 text-sm text-muted hover:border-line-strong hover:text-ink",
        className,
      )}
    >
      <Search aria-hidden className="size-4" />
      <span className="flex-1 text-left">{t("Go to")}</span>
      <kbd className="rounded border border-line bg-sunken px-1 font-sans text-xs max-md:hidden">
        {t("Ctrl K")}
      </kbd>
    </button>
  );
}

const STACKED = "min-h-13 w-full flex-col justify-center gap-0.5 text-2xs";

interface PhoneBarProps {
  groups: readonly PlaceGroup[];
  onGoTo: () => void;
  /** What stands beside the places in the bar. */
  beside: ReactNode;
  /** What stands under the places in the sheet. */
  children: ReactNode;
}

export function PhoneBar({ groups, onGoTo, beside, children }: PhoneBarProps) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const { pathname } = useLocation();
  const first = firstOf(groups);
  // What is not in the bar lies behind this button, which then says where one is.
  const isElsewhere = !first.some(({ to }) => matchPath({ path: to, end: false }, pathname));
  return (
    <div className="border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)] md:hidden">
      <div className="flex items-center">
        <nav aria-label={t("Main")} className="min-w-0 flex-1">
          <ul className="grid auto-cols-fr grid-flow-col">
            {first.map((place) => (
              <li key={place.to} className="min-w-0">
                <PlaceLink place={place} className={STACKED} iconClass="size-5" />
              </li>
            ))}
            <li className="min-w-0">
              <button
                type="button"
                aria-haspopup="dialog"
                aria-current={isElsewhere}
                onClick={() => setOpen(true)}
                className={cn(
                  "flex items-center rounded-md -outline-offset-2",
                  STACKED,
                  isElsewhere ? "font-medium text-ink" : "text-muted",
                )}
              >
                <Menu aria-hidden className="size-5" />
                {t("More")}
              </button>
            </li>
          </ul>
        </nav>
        {beside}
      </div>
      {open && (
        <Sheet label={t("More")} onClose={close}>
          <GoToButton
            className="mb-2 h-11"
            onClick={() => {
              close();
              onGoTo();
            }}
          />
          <PlaceGroups groups={groups} isSheet onGo={close} />
          {children}
        </Sheet>
      )}
    </div>
  );
}

/** Comes up from the bottom, where the thumb is. */
function Sheet({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
      className="thin-scroll mt-auto mb-0 max-h-[88dvh] w-full max-w-none overflow-y-auto rounded-t-xl border-t border-line bg-raised p-0 text-ink shadow-2xl backdrop:bg-black/45"
    >
      <div className="p-3 pb-[calc(0.75rem+env(safe-area-inset-bottom))]">
        <div className="mb-1 flex justify-end">
          <Button weight="quiet" aria-label={t("Close")} className="px-1.5" onClick={onClose}>
            <X aria-hidden />
          </Button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

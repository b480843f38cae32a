// What stands beside the canvas; on a phone it is a sheet over the screen when something was chosen.

import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { Button } from "./button";
import { SkeletonRows } from "./skeleton";

interface SidePanelProps {
  label: string;
  title: ReactNode;
  /** Given when the panel shows something chosen that can be put away again. */
  onClose?: () => void;
  /** Where Escape leads while what it stands beside is in sight; where it covers the screen, Escape closes it. */
  onEscape?: (() => void) | undefined;
  children: ReactNode;
}

/** Where a panel of something chosen covers the screen. */
const COVERED = "(max-width: 767px)";

export function SidePanel({ label, title, onClose, onEscape, children }: SidePanelProps) {
  const panel = useRef<HTMLElement>(null);
  const isChosen = onClose !== undefined;
  useEffect(() => {
    if (isChosen && window.matchMedia(COVERED).matches) panel.current?.focus();
  }, [isChosen]);
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={label}
      data-part="panel"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        if (onEscape && !(isChosen && window.matchMedia(COVERED).matches)) onEscape();
        else onClose?.();
      }}
      className={cn(
        "flex min-h-0 flex-col bg-page outline-none md:w-92 md:shrink-0 md:border-l md:border-line lg:w-108",
        onClose && "max-md:fixed max-md:inset-0 max-md:z-30",
      )}
    >
      <div className="flex min-h-11 shrink-0 items-center gap-2 px-3 py-1.5">
        <div className="min-w-0 flex-1">{title}</div>
        {onClose && (
          <Button weight="quiet" aria-label={t("Close")} className="px-1.5" onClick={onClose}>
            <X aria-hidden />
          </Button>
        )}
      </div>
      {children}
    </aside>
  );
}

/** Keeps its place while what it shows is loaded. */
export function SidePanelWait() {
  return (
    <aside className="hidden w-108 shrink-0 border-l border-line p-3 md:block">
      <SkeletonRows rows={5} label={t("Loading")} />
    </aside>
  );
}

export function PanelSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="space-y-1.5">
      <h3 className="text-xs font-medium text-muted">{title}</h3>
      {children}
    </section>
  );
}

// A small window under a button: it takes the focus, and gives it back when it closes.
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { buttonClass } from "@/components/button";
import { cn } from "@/lib/cn";

interface PopoverProps {
  /** What stands in the button. */
  button: ReactNode;
  label: string;
  weight?: "plain" | "quiet";
  className?: string;
  panelClass?: string;
  align?: "left" | "right";
  /** Open from the start, for what was just added. */
  children: (close: () => void) => ReactNode;
}

const FOCUSABLE = "input:not([disabled]), select, textarea, button:not([disabled]), a[href]";

export function Popover({
  button,
  label,
  weight = "plain",
  className,
  panelClass,
  align = "left",
  children,
}: PopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    keepInside(panel.current);
    panel.current?.querySelector<HTMLElement>("[data-first]")?.focus();
    if (!panel.current?.contains(document.activeElement))
      panel.current?.querySelector<HTMLElement>(FOCUSABLE)?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
  const close = () => {
    setOpen(false);
    trigger.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from whatever inside has the focus.
    <div
      ref={root}
      className="relative inline-flex"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={trigger}
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-haspopup="dialog"
        onClick={() => setOpen(!open)}
        className={buttonClass(weight, className)}
      >
        {button}
      </button>
      {open && (
        <div
          ref={panel}
          id={id}
          role="dialog"
          aria-label={label}
          className={cn(
            "absolute top-full z-30 mt-1 max-h-[70vh] min-w-56 max-w-[calc(100vw-1.5rem)] overflow-y-auto rounded-lg border border-line-strong bg-raised p-1.5 text-sm shadow-xl thin-scroll",
            align === "left" ? "left-0" : "right-0",
            panelClass,
          )}
        >
          {children(close)}
        </div>
      )}
    </div>
  );
}

const MARGIN = 12;

/** On a narrow window the place under the button may reach over the edge. */
function keepInside(panel: HTMLDivElement | null): void {
  if (!panel) return;
  const { left, right } = panel.getBoundingClientRect();
  const surplus = right - (window.innerWidth - MARGIN);
  const shift = surplus > 0 ? -Math.min(surplus, left - MARGIN) : Math.max(0, MARGIN - left);
  if (shift !== 0) panel.style.translate = `${shift}px 0`;
}

// Tabs that arrow keys walk through, as the ARIA pattern asks.
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { cn } from "@/lib/cn";

export interface Tab<Name extends string> {
  name: Name;
  label: ReactNode;
}

interface TabsProps<Name extends string> {
  label: string;
  tabs: Tab<Name>[];
  current: Name;
  onChange: (name: Name) => void;
  /** Where the tabs stand in a page, not in a panel: the first one begins where the page does. */
  flush?: boolean;
  children: ReactNode;
}

export function Tabs<Name extends string>({
  label,
  tabs,
  current,
  onChange,
  flush,
  children,
}: TabsProps<Name>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  // Where there are more than fit, the one that an address leads to is in sight.
  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>(`[data-tab="${current}"]`);
    if (list.current && tab)
      list.current.scrollLeft = tab.offsetLeft - (list.current.clientWidth - tab.offsetWidth) / 2;
  }, [current]);
  const walk = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const index = tabs.findIndex((tab) => tab.name === current);
    const next = tabs[(index + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChange(next.name);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.name}"]`)?.focus();
  };
  return (
    <>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={walk}
        className={cn(
          "relative flex shrink-0 gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]",
          flush ? "-mt-2" : "px-3",
        )}
      >
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            data-tab={tab.name}
            aria-selected={tab.name === current}
            aria-controls={`${id}-panel`}
            tabIndex={tab.name === current ? 0 : -1}
            onClick={() => onChange(tab.name)}
            className={cn(
              "-mb-px flex h-9 shrink-0 items-center whitespace-nowrap gap-1.5 border-b-2 px-1.5 text-sm -outline-offset-2 pointer-coarse:h-11 pointer-coarse:px-2.5",
              tab.name === current
                ? "border-accent font-medium text-ink"
                : "border-transparent text-muted hover:text-ink",
            )}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${current}`}
        className="flex min-h-0 flex-1 flex-col"
      >
        {children}
      </div>
    </>
  );
}

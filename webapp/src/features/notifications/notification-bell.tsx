// The bell beside the menu of who is logged in: how many things are not read, and the list of them.
import { Bell } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { NotificationPanel } from "./notification-panel";
import { unreadOf } from "./pages";
import { useNews } from "./use-news";

/** More than that is only "many". */
const MOST_SHOWN = 99;

/** `stacked` for the bar at the bottom of a phone. */
export function NotificationBell({ stacked = false }: { stacked?: boolean }) {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLElement>(null);
  const id = useId();
  const query = useNews((news) => {
    const [first] = news;
    if (first)
      setSaid(news.length === 1 ? first.title : t("{{count}} new notifications", { count: news.length }));
  });
  const unread = unreadOf(query.data);
  useEffect(() => {
    if (!open) return undefined;
    const leave = (event: PointerEvent) => {
      // What was just deleted is in nothing any more, and no place outside.
      if (!(event.target instanceof Node) || root.current?.contains(event.target)) return;
      if (event.target.isConnected) setOpen(false);
    };
    // Heard by the page: what had the focus may just have been read or deleted, and its button with it.
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("keydown", onKey);
    };
  }, [open]);
  return (
    <div ref={root} className={cn("relative", stacked && "static w-11 shrink-0")}>
      <button
        ref={button}
        type="button"
        title={stacked ? undefined : nameOf(unread)}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className={cn(
          "flex items-center rounded-md text-muted transition-colors hover:text-ink",
          stacked
            ? "min-h-13 w-full flex-col justify-center gap-0.5 text-2xs"
            : "h-8 w-full gap-2 px-2 text-sm hover:bg-line/40",
        )}
      >
        <span className="relative">
          <Bell aria-hidden className={stacked ? "size-5" : "size-4"} />
          {unread > 0 && stacked && <Count unread={unread} className="absolute -top-1.5 -right-2.5" />}
        </span>
        {stacked ? (
          <span>
            {t("News")}
            {unread > 0 && <span className="sr-only">, {t("{{count}} unread", { count: unread })}</span>}
          </span>
        ) : (
          <>
            <span className="flex-1 text-left">{t("Notifications")}</span>{" "}
            {unread > 0 && (
              <>
                <Count unread={unread} />
                <span className="sr-only">{t("{{count}} unread", { count: unread })}</span>
              </>
            )}
          </>
        )}
      </button>
      <span role="status" className="sr-only">
        {said}
      </span>
      {open && (
        <section
          ref={panel}
          id={id}
          tabIndex={-1}
          aria-label={t("Notifications")}
          className={cn(
            "outline-none absolute z-40 flex max-h-[75vh] flex-col overflow-hidden rounded-lg border border-line bg-raised text-sm shadow-xl",
            stacked
              ? "inset-x-2 bottom-[calc(3.75rem+env(safe-area-inset-bottom))] max-md:fixed"
              : "bottom-0 left-full ml-3 w-96",
          )}
        >
          <NotificationPanel
            query={query}
            onLeave={() => setOpen(false)}
            onDone={() => panel.current?.focus()}
          />
        </section>
      )}
    </div>
  );
}

function nameOf(unread: number): string {
  return unread === 0 ? t("Notifications") : t("Notifications, {{count}} unread", { count: unread });
}

function Count({ unread, className }: { unread: number; className?: string }) {
  return (
    <span
      aria-hidden
      data-unread={unread}
      className={cn(
        "flex h-4 min-w-4 items-center justify-center rounded-full bg-accent px-1 text-3xs font-semibold text-accent-ink",
        className,
      )}
    >
      {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
    </span>
  );
}

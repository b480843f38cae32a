// The frame every screen stands in: a title line with actions, then the content.
import { type ReactNode, useEffect } from "react";
import { cn } from "@/lib/cn";

interface PageProps {
  title: string;
  /** What stands in the title line when it is more than the title itself. */
  heading?: ReactNode;
  actions?: ReactNode;
  /** A page that fills the window, like the canvas, scrolls inside itself. */
  fill?: boolean;
  children: ReactNode;
}

export function Page({ title, heading, actions, fill, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Lathe`;
  }, [title]);
  return (
    <div className={cn("flex min-w-0 flex-col", fill && "h-full min-h-0")}>
      <header className="sticky top-0 z-10 flex min-h-12.25 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-page px-4 py-2 md:px-5">
        <div className="min-w-0 flex-1 basis-48">
          {heading ?? <h1 className="truncate text-lg font-semibold">{title}</h1>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-1.5 sm:gap-2">{actions}</div>}
      </header>
      <div className={cn(fill ? "flex min-h-0 flex-1 flex-col" : "px-4 py-4 md:px-5")}>{children}</div>
    </div>
  );
}

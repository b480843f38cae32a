// The frame of the pages that need no login: a title, a short form, and where else to go.

import { type ReactNode, useEffect } from "react";
import { cn } from "@/lib/cn";

interface CardProps {
  title: string;
  /** For forms that others have written, which may have long fields. */
  isWide?: boolean;
  children: ReactNode;
  footer?: ReactNode;
}

export function Card({ title, isWide, children, footer }: CardProps) {
  useEffect(() => {
    document.title = `${title} · Lathe`;
  }, [title]);
  return (
    <div className={cn("mx-auto w-full space-y-4", isWide ? "max-w-lg" : "max-w-sm")}>
      <div className="space-y-4 rounded-xl border border-line bg-raised p-5">
        <h1 className="text-xl font-semibold">{title}</h1>
        {children}
      </div>
      {footer && <div className="space-y-1 px-1 text-center text-sm text-muted">{footer}</div>}
    </div>
  );
}

/** The look of a link in a text. */
export const TEXT_LINK = "text-accent underline underline-offset-2";

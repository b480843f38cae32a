// The frame of the pages before the login: a title, a short form, and where else to go.

import { type ReactNode, useEffect } from "react";

interface CardProps {
  title: string;
  children: ReactNode;
  footer?: ReactNode;
}

export function Card({ title, children, footer }: CardProps) {
  useEffect(() => {
    document.title = `${title} · Lathe`;
  }, [title]);
  return (
    <div className="mx-auto w-full max-w-sm space-y-4">
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

// Where a screen belongs: its parent to go back to, then its own title.
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

interface CrumbsProps {
  parent: { to: string; label: string };
  title: string;
  /** The page of the thing itself, where this is the place in which it is edited. */
  self?: string | undefined;
  children?: ReactNode;
}

export function Crumbs({ parent, title, self, children }: CrumbsProps) {
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <Link to={parent.to} className="text-sm text-muted hover:text-ink">
        {parent.label}
      </Link>
      <ChevronRight aria-hidden className="size-3.5 shrink-0 text-muted" />
      <h1 className="mr-1 min-w-0 truncate text-lg font-semibold">
        {self === undefined ? (
          title
        ) : (
          <Link to={self} className="hover:underline">
            {title}
          </Link>
        )}
      </h1>
      {children}
    </div>
  );
}

// What a screen without content says: what would be here, and what to do to get it.
import type { ReactNode } from "react";

export function EmptyState({
  icon,
  title,
  children,
}: {
  icon: ReactNode;
  title: string;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-dashed border-line-strong px-4 py-14 text-center">
      <div aria-hidden className="text-muted [&>svg]:size-7 [&>svg]:stroke-[1.5]">
        {icon}
      </div>
      <h2 className="text-lg font-medium">{title}</h2>
      <div className="max-w-md space-y-3 text-balance text-sm text-muted">{children}</div>
    </div>
  );
}

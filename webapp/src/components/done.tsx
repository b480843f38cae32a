// Says for a moment, to eyes and ears, that something was done.
import { CircleCheck } from "lucide-react";

export function Done({ children }: { children: string | undefined }) {
  return (
    <p role="status" className="flex min-h-5 items-center gap-1.5 text-sm text-muted">
      {children && <CircleCheck aria-hidden className="size-4 text-ok" />}
      {children}
    </p>
  );
}

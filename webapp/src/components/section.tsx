// One subject of a settings screen: what it is, then what can be done.
import { type ReactNode, useId } from "react";

interface SectionProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

export function Section({ title, description, children }: SectionProps) {
  const id = useId();
  // What is said of an outcome has its place at the end; as long as it is empty, it leaves no gap there.
  return (
    <section
      aria-labelledby={id}
      className="space-y-3 rounded-lg border border-line p-4 [&>:has(+:empty:last-child)]:mb-0"
    >
      <div className="space-y-0.5">
        <h2 id={id} className="font-medium">
          {title}
        </h2>
        {description && <p className="text-sm text-muted">{description}</p>}
      </div>
      {children}
    </section>
  );
}

export const ROWS = "divide-y divide-line overflow-hidden rounded-md border border-line";
export const ROW = "flex flex-wrap items-center gap-x-3 gap-y-1.5 px-3 py-2 text-sm";

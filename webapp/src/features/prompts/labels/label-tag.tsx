// A label where it stands beside a version.
import { Tag } from "lucide-react";

export function LabelTag({ label }: { label: string }) {
  return (
    <span
      data-label={label}
      className="inline-flex items-center gap-1 rounded border border-accent/40 bg-accent-soft px-1.5 font-medium text-accent text-xs"
    >
      <Tag aria-hidden className="size-3" />
      {label}
    </span>
  );
}

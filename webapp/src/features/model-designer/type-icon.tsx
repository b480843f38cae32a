// A sign for each type of field, so that a box is read at a glance.
import {
  AtSign,
  Binary,
  Braces,
  Calendar,
  CalendarClock,
  Fingerprint,
  Hash,
  Link2,
  List,
  type LucideIcon,
  Network,
  TextInitial,
  ToggleLeft,
  Type,
} from "lucide-react";

const ICONS: Record<string, LucideIcon> = {
  text: Type,
  long_text: TextInitial,
  integer: Hash,
  decimal: Binary,
  boolean: ToggleLeft,
  date: Calendar,
  datetime: CalendarClock,
  enum: List,
  email: AtSign,
  json: Braces,
  uuid: Fingerprint,
  "n-1": Link2,
  "n-n": Network,
};

export function TypeIcon({ type }: { type: string }) {
  const Icon = ICONS[type] ?? Type;
  return <Icon aria-hidden className="size-3.5 shrink-0 text-muted" />;
}

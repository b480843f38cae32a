// A status as icon and word together; neither needs the colour to be understood.
import {
  Ban,
  Circle,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleX,
  Clock,
  Hand,
  LoaderCircle,
  type LucideIcon,
  SkipForward,
  TimerOff,
  Undo2,
} from "lucide-react";
import { cn } from "@/lib/cn";
import { type AnyStatus, lookOf, type Tone } from "@/lib/status";

const ICONS: Record<AnyStatus, LucideIcon> = {
  queued: CircleDashed,
  pending: Circle,
  ready: CircleDot,
  running: LoaderCircle,
  waiting: Clock,
  held: Hand,
  paused: CirclePause,
  cleaning_up: Undo2,
  succeeded: CircleCheck,
  failed: CircleX,
  skipped: SkipForward,
  cancelled: Ban,
  timed_out: TimerOff,
};

export const TONE_TEXT: Record<Tone, string> = {
  idle: "text-muted",
  active: "text-accent",
  warn: "text-warn",
  ok: "text-ok",
  bad: "text-bad",
};

export const TONE_SOFT: Record<Tone, string> = {
  idle: "bg-sunken text-muted",
  active: "bg-accent-soft text-accent",
  warn: "bg-warn-soft text-warn",
  ok: "bg-ok-soft text-ok",
  bad: "bg-bad-soft text-bad",
};

export function StatusIcon({ status, className }: { status: AnyStatus; className?: string }) {
  const Icon = ICONS[status];
  const { tone } = lookOf(status);
  const spin = status === "running" && "motion-safe:animate-spin motion-safe:[animation-duration:1.6s]";
  return <Icon aria-hidden className={cn("size-4 shrink-0", TONE_TEXT[tone], spin, className)} />;
}

export function StatusBadge({ status, label }: { status: AnyStatus; label?: string }) {
  const look = lookOf(status);
  return (
    <span
      data-status={status}
      className={cn(
        "inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-full px-2 text-xs font-medium",
        TONE_SOFT[look.tone],
      )}
    >
      <StatusIcon status={status} className="size-3.5" />
      {label ?? look.label}
    </span>
  );
}

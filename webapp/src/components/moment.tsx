// Times as people read them: short and relative, absolute on hover; durations that tick while they last.

import { useNow } from "@/lib/now";
import { elapsedMs, formatAbsolute, formatAgo, formatDuration } from "@/lib/time";

export function Ago({ at }: { at: string }) {
  const now = useNow(1_000);
  return (
    <time dateTime={at} title={formatAbsolute(at)} className="whitespace-nowrap">
      {formatAgo(at, now)}
    </time>
  );
}

interface Span {
  started_at?: string | null;
  finished_at?: string | null;
  duration_ms?: number | null;
}

export function Elapsed({ span, running }: { span: Span; running: boolean }) {
  return running ? <Ticking span={span} /> : <Still span={span} />;
}

function Ticking({ span }: { span: Span }) {
  return <Duration ms={elapsedMs(span, useNow(500))} />;
}

function Still({ span }: { span: Span }) {
  return (
    <Duration ms={span.finished_at || span.duration_ms != null ? elapsedMs(span, Date.now()) : undefined} />
  );
}

function Duration({ ms }: { ms: number | undefined }) {
  if (ms === undefined) return null;
  return <span className="whitespace-nowrap tabular-nums">{formatDuration(ms)}</span>;
}

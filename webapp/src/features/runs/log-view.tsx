// The log as it is written: follows the end, holds still as soon as someone scrolls up to read.

import { ArrowDown } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { LogLine } from "@/api/types";
import { Button } from "@/components/button";
import { locale, t } from "@/lib/i18n";
import { formatAbsolute } from "@/lib/time";
import { isAtEnd, visibleLines } from "./log-window";

const LINE_HEIGHT = 20;

interface LogViewProps {
  lines: readonly LogLine[];
  /** Which step a line is from; shown where the lines of several are mixed. */
  showStep: boolean;
  truncated: boolean;
  /** More lines may come. */
  live: boolean;
}

export function LogView(props: LogViewProps) {
  if (props.lines.length > 0) return <LogLines {...props} />;
  return (
    <p className="p-3 text-sm text-muted">
      {props.live ? t("No lines yet; they appear here as they are written.") : t("Nothing was logged.")}
    </p>
  );
}

/** Mounted with the first line, so that its frame is there from the start and can be measured. */
function LogLines({ lines, showStep, truncated, live }: LogViewProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const [follows, setFollows] = useState(true);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setView({ top: element.scrollTop, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const count = lines.length;
  useLayoutEffect(() => {
    const element = frame.current;
    if (element && follows && count > 0) element.scrollTop = element.scrollHeight;
  }, [count, follows]);

  const { first, last } = visibleLines(view.top, view.height, LINE_HEIGHT, count);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {truncated && (
        <p className="shrink-0 border-b border-line px-3 py-1 text-xs text-muted">
          {t("Only the latest {{lines}} lines are kept here; the API has them all.", {
            lines: count.toLocaleString(locale()),
          })}
        </p>
      )}
      <section
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        aria-label={t("Log, {{count}} lines", { count })}
        onScroll={(event) => {
          const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
          setView({ top: scrollTop, height: clientHeight });
          setFollows(isAtEnd(scrollTop, clientHeight, scrollHeight, LINE_HEIGHT));
        }}
        className="thin-scroll min-h-40 flex-1 overflow-auto bg-sunken font-mono text-xs -outline-offset-2"
      >
        <div className="relative w-max min-w-full py-1" style={{ height: count * LINE_HEIGHT + 8 }}>
          <div style={{ transform: `translateY(${first * LINE_HEIGHT}px)` }}>
            {lines.slice(first, last).map((line) => (
              <Line key={line.id} line={line} showStep={showStep} />
            ))}
          </div>
        </div>
      </section>
      {!follows && (
        <Button
          weight="primary"
          className="absolute right-4 bottom-3 h-7 rounded-full px-3 shadow-lg"
          onClick={() => setFollows(true)}
        >
          <ArrowDown aria-hidden />
          {live ? t("Follow") : t("To the end")}
        </Button>
      )}
    </div>
  );
}

function Line({ line, showStep }: { line: LogLine; showStep: boolean }) {
  return (
    <div className="flex h-5 items-center gap-2 whitespace-pre px-3 hover:bg-line/50">
      <time dateTime={line.at} title={formatAbsolute(line.at)} className="text-muted select-none">
        {line.at.slice(11, 19)}
      </time>
      {showStep && <span className="w-20 shrink-0 truncate text-accent select-none">{line.step}</span>}
      <span data-stream={line.stream} className={toneOf(line)}>
        {withoutColours(line.text)}
      </span>
    </div>
  );
}

/** By what the line says and not by its stream: compilers write their ordinary progress to stderr. */
function toneOf(line: LogLine): string | undefined {
  if (line.stream === "info") return "text-muted";
  if (/^\s*(error|fatal|panicked)\b/i.test(line.text)) return "text-bad";
  return /^\s*warn(ing)?\b/i.test(line.text) ? "text-warn" : undefined;
}

/** Compilers colour their output for terminals; the escape codes mean nothing here. */
function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with a control character.
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");
}

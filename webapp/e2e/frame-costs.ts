// What frames cost the page's own thread, read from a trace of the browser. Times are the thread's own processor time, so
// that they say what the page does and not what else the machine is busy with. Drawing pixels is other threads' work, and
// is told apart: with a graphics card it costs next to nothing, on a machine without one it is most of what there is.
import type { Browser, Page } from "playwright-core";

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Processor time of the thread, where waiting does not count. */
  tdur?: number;
  args: { name?: string };
}

type Span = TraceEvent & { dur: number; tdur: number };

export const PARTS = [
  "script",
  "style",
  "layout",
  "hit test",
  "paint",
  "commit",
  "collecting garbage",
] as const;
type Part = (typeof PARTS)[number] | "other";

export interface FrameCosts {
  /** Milliseconds of the page's thread for each frame, all that led to it included. */
  frames: number[];
  /** The same, but by the clock: with it goes whatever else the machine did. */
  elapsed: number[];
  /** Tasks by the clock, in milliseconds. */
  tasks: number[];
  /** Where the time went, in milliseconds a frame. */
  parts: Map<Part, number>;
  /** Tiles that were drawn anew, and what that took other threads, a frame. */
  tiles: number;
  rasterMs: number;
}

const CATEGORIES = [
  "__metadata",
  "blink",
  "cc",
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "toplevel",
  "v8",
];

const TASK = "RunTask";
const FRAME = "ProxyMain::BeginMainFrame";

const PART: Record<string, Part> = {
  FunctionCall: "script",
  EvaluateScript: "script",
  "v8.callFunction": "script",
  RunMicrotasks: "script",
  FireAnimationFrame: "script",
  TimerFire: "script",
  EventDispatch: "script",
  UpdateLayoutTree: "style",
  "Document::recalcStyle": "style",
  "Document::updateStyle": "style",
  Layout: "layout",
  "LocalFrameView::performLayout": "layout",
  "LocalFrameView::NotifyResizeObservers": "layout",
  HitTest: "hit test",
  "LayoutView::HitTest": "hit test",
  PrePaint: "paint",
  "Blink.PrePaint.UpdateTime": "paint",
  "Blink.CompositingInputs.UpdateTime": "paint",
  "Blink.Paint.UpdateTime": "paint",
  "LocalFrameView::RunPaintLifecyclePhase": "paint",
  CullRectUpdate: "paint",
  Paint: "paint",
  Layerize: "paint",
  "PaintArtifactCompositor::Update": "paint",
  Commit: "commit",
  "ProxyMain::BeginMainFrame::commit": "commit",
  "LayerTreeHost::WaitForCommitCompletion": "commit",
  MinorGC: "collecting garbage",
  MajorGC: "collecting garbage",
};

export async function traceFrames(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<FrameCosts> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await act();
  const trace = JSON.parse((await browser.stopTracing()).toString("utf8"));
  return readTrace(trace.traceEvents as TraceEvent[]);
}

function readTrace(events: readonly TraceEvent[]): FrameCosts {
  const key = ({ pid, tid }: TraceEvent) => `${pid}:${tid}`;
  const names = new Map<string, string | undefined>();
  const drawn = new Map<string, number>();
  for (const event of events) {
    if (event.name === "thread_name") names.set(key(event), event.args.name);
    if (event.name === FRAME) drawn.set(key(event), (drawn.get(key(event)) ?? 0) + 1);
  }
  const [thread] = [...drawn]
    .filter(([of]) => names.get(of) === "CrRendererMain")
    .toSorted((a, b) => b[1] - a[1]);
  if (!thread) throw new Error("the trace has no frames");
  const spans = events
    .filter((event) => event.ph === "X" && key(event) === thread[0])
    .map((event): Span => ({ ...event, dur: event.dur ?? 0, tdur: event.tdur ?? 0 }))
    .toSorted((a, b) => a.ts - b.ts || b.dur - a.dur);
  const costs = { ...perFrame(spans), parts: new Map<Part, number>() };
  for (const [part, time] of ownTimes(spans)) costs.parts.set(part, time / costs.frames.length);
  const raster = events.filter(({ name, ph }) => name === "RasterTask" && ph === "X");
  return {
    ...costs,
    tiles: raster.length / costs.frames.length,
    rasterMs: sum(raster.map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000)) / costs.frames.length,
  };
}

/** A frame is charged with its own task and with those since the frame before it. */
function perFrame(spans: readonly Span[]): Pick<FrameCosts, "frames" | "elapsed" | "tasks"> {
  const tasks = spans.filter(({ name }) => name === TASK);
  const begins = spans.filter(({ name }) => name === FRAME).map(({ ts }) => ts);
  const [frames, elapsed]: [number[], number[]] = [[], []];
  let [own, clock, at] = [0, 0, 0];
  for (const task of tasks) {
    own += task.tdur / 1000;
    clock += task.dur / 1000;
    const before = at;
    while (at < begins.length && (begins[at] ?? 0) < task.ts + task.dur) at += 1;
    if (at === before) continue;
    frames.push(own);
    elapsed.push(clock);
    [own, clock] = [0, 0];
  }
  return { frames, elapsed, tasks: tasks.map(({ dur }) => dur / 1000) };
}

/** What each part took by itself, without what it contains of others, in milliseconds. */
function ownTimes(spans: readonly Span[]): Map<Part, number> {
  const times = new Map<Part, number>();
  const add = (part: Part, time: number) => times.set(part, (times.get(part) ?? 0) + time / 1000);
  const open: { span: Span; part: Part }[] = [];
  for (const span of spans) {
    for (let last = open.at(-1); last && last.span.ts + last.span.dur <= span.ts; last = open.at(-1))
      open.pop();
    const holder = open.at(-1);
    // What has no name here belongs to what it happens in.
    const part = PART[span.name] ?? holder?.part ?? "other";
    if (span.name === TASK || holder) add(part, span.tdur);
    if (holder) add(holder.part, -span.tdur);
    if (span.name === TASK || holder) open.push({ span, part });
  }
  return times;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

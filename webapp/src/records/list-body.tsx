// The rows of a list: a table on a desktop, cards on a phone. Only what is in sight is in the document, so that the length
// of the list costs nothing; every row has a fixed height, so that nothing moves when rows arrive.
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { cn } from "@/lib/cn";
import { idsIn } from "./chain";
import type { Column } from "./columns";
import { useHost, useOpen } from "./host";
import { cardHeight, ListCards } from "./list-cards";
import { CONTROLS, ListTable } from "./list-table";
import type { Model, RecordData } from "./manifest";
import { everything, extend, placeOf, type Selection, type Spot, toggle } from "./selection";
import { useSlots } from "./slots";
import { useIsPhone } from "./use-media";
import { type Sight, usePages } from "./use-pages";
import { useStillRows } from "./use-still-rows";

export interface RowsProps {
  model: Model;
  columns: Column[];
  rows: { index: number; start: number; record: RecordData | undefined }[];
  /** The height of all rows, in sight or not. */
  height: number;
  rowHeight: number;
  count: number;
  more: boolean;
  active: number;
  hasFocus: boolean;
  idOf: (index: number) => string;
  selection: Selection;
  canSelect: boolean;
  onSelect: (index: number, record: RecordData, range: boolean) => void;
  onSelectAll: () => void;
  onActivate: (index: number) => void;
}

/** How many rows are there, and whether there are more. */
export interface Loaded {
  count: number;
  more: boolean;
}

interface ListBodyProps {
  model: Model;
  columns: Column[];
  query: string;
  sort: string | null;
  onSort: (key: string) => void;
  selection: Selection;
  onSelection: (next: Selection) => void;
  canSelect: boolean;
  /** Null where nothing is known yet, or could be read. */
  onLoaded: (loaded: Loaded | null) => void;
  /** What stands here when there are no rows. */
  empty: React.ReactNode;
  failed: (error: unknown, retry: () => void) => React.ReactNode;
}

const NOWHERE: Spot = { index: -1, id: undefined };

const TABLE_ROW = 40;
/** Rows whose place is held while the next page is on its way. */
const WAITING = 6;
const FIRST_SKELETON = 12;

export function ListBody(props: ListBodyProps) {
  const { model, columns, query, selection, onSelection, canSelect, onLoaded } = props;
  const { go, notify, words } = useHost();
  const open = useOpen();
  const isPhone = useIsPhone();
  const prefix = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState<Sight>({ from: 0, to: 0, passing: false });
  const [spot, setSpot] = useState<Spot>(NOWHERE);
  const [hasFocus, setHasFocus] = useState(false);
  const pages = usePages(model, query, sight);
  const { count, more } = pages;
  const idAt = (index: number) => pages.record(index)?.id;
  // Rows that come in above must not make another one the row that keys act on.
  const active = placeOf(spot, idAt);
  const setActive = (index: number) => setSpot({ index, id: idAt(index) });
  useEffect(() => {
    const id = idAt(active);
    if (id !== undefined && (active !== spot.index || id !== spot.id)) setSpot({ index: active, id });
  });

  const slots = useSlots(model);
  const rowHeight = isPhone ? cardHeight(columns.length, slots) : TABLE_ROW;
  const places = pages.isFirstPending ? FIRST_SKELETON : count + (more && !pages.error ? WAITING : 0);
  const virtual = useVirtualizer({
    count: places,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialOffset: pages.offset,
    // The header of the table stands over the first rows.
    scrollPaddingStart: isPhone ? 8 : TABLE_ROW,
    scrollPaddingEnd: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another height is measured anew.
  useLayoutEffect(() => virtual.measure(), [rowHeight]);
  const items = virtual.getVirtualItems();
  const [from, to] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  const passing = virtual.isScrolling;
  useLayoutEffect(() => {
    setSight((before) =>
      before.from === from && before.to === to && before.passing === passing ? before : { from, to, passing },
    );
  }, [from, to, passing]);
  // Who comes back from a record finds the list where it was left.
  const offset = virtual.scrollOffset;
  useEffect(() => {
    if (offset !== null) pages.keepOffset(offset);
  });
  const keep = useRef(pages.keepOffset);
  useEffect(() => {
    keep.current = pages.keepOffset;
  });
  // What was scrolled a moment before leaving has not been told yet.
  useLayoutEffect(() => {
    const element = scroller.current;
    return () => {
      if (element) keep.current(element.scrollTop);
    };
  }, []);
  const isReading = pages.isFirstPending || pages.isChanging;
  const isCounted = !pages.error && !pages.isFirstPending;
  useEffect(() => onLoaded(isCounted ? { count, more } : null), [isCounted, count, more, onLoaded]);
  // The width without the scrollbar, which has its place from the start.
  const [room, setRoom] = useState(0);
  const outer = virtual.scrollRect?.width;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it changes with the outer width.
  useLayoutEffect(() => setRoom(scroller.current?.clientWidth ?? 0), [outer]);
  useStillRows(scroller, pages, rowHeight);
  // Another question begins at its first row.
  const { shownQuery } = pages;
  const last = useRef(shownQuery);
  useEffect(() => {
    if (last.current === shownQuery) return;
    last.current = shownQuery;
    setSpot(NOWHERE);
    scroller.current?.scrollTo({ top: 0 });
  }, [shownQuery]);

  // Said once for each question, and not with every page that scrolling brings: a count that holds no more is taken back.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes later is not announced.
  const first = useMemo(() => ({ count, more }), [isReading, shownQuery]);
  const isAsSaid = first.count === count && first.more === more && !pages.error;
  const said = isReading ? words.loading : isAsSaid ? words.loadedHint(count, more) : "";

  const selectTo = (index: number, anchor: string | null) => {
    const range = extend({ ...selection, anchor }, index, idsIn(pages.chain));
    if (range) onSelection(range);
    else notify(words.rangeLost);
  };
  const select = (index: number, record: RecordData, range: boolean) =>
    range ? selectTo(index, selection.anchor) : onSelection(toggle(selection, record.id));
  // Rows are drawn once and kept: what they call must always be the present one.
  const present = useRef({ select, setActive });
  present.current = { select, setActive };
  const onSelect = useCallback<RowsProps["onSelect"]>((...row) => present.current.select(...row), []);
  const onActivate = useCallback((index: number) => present.current.setActive(index), []);
  const moveTo = (index: number, range: boolean) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setActive(next);
    virtual.scrollToIndex(next, { align: "auto" });
    if (range && canSelect) selectTo(next, selection.anchor ?? idsIn(pages.chain)[active] ?? null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (count === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    // Keys of a button, or of a dialog that a row has opened, are not the list's.
    const isControl = event.target instanceof Element && event.target.closest(CONTROLS) !== null;
    if (isControl && (event.key === " " || event.key === "Enter" || isInDialog(event.target))) return;
    const screen = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 2);
    const record = pages.record(active);
    // Where the row is gone that one was at, its place is where one goes on from.
    const at = active < 0 ? spot.index : active;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + screen,
      PageUp: at - screen,
      Home: 0,
      End: count - 1,
    };
    const move = moves[event.key];
    if (move !== undefined) moveTo(move, event.shiftKey);
    else if (event.key === "Enter" && record) go(open(model.name, record.id));
    else if (event.key === " " && record && canSelect) select(active, record, event.shiftKey);
    else return;
    event.preventDefault();
  };

  if (pages.error && (count === 0 || pages.isChanging))
    return <div className="p-4">{props.failed(pages.error, pages.retry)}</div>;
  if (!pages.isFirstPending && count === 0 && !more)
    return (
      <div aria-busy={pages.isChanging} className={cn("p-4 md:px-5", pages.isChanging && "opacity-60")}>
        {props.empty}
      </div>
    );
  const rows: RowsProps = {
    model,
    columns,
    rows: items.map(({ index, start }) => ({ index, start, record: pages.record(index) })),
    height: virtual.getTotalSize(),
    rowHeight,
    count,
    more,
    active,
    hasFocus,
    idOf: (index) => `${prefix}-${index}`,
    selection,
    canSelect,
    onSelect,
    onSelectAll: () => onSelection(everything(selection, idsIn(pages.chain))),
    onActivate,
  };
  const focus = {
    tabIndex: 0,
    "aria-activedescendant": hasFocus && active >= from && active <= to ? rows.idOf(active) : undefined,
    onKeyDown,
    onFocus: (event: React.FocusEvent) => {
      setHasFocus(true);
      if (active < 0 && event.target === event.currentTarget) setActive(Math.max(0, from));
    },
    onBlur: () => setHasFocus(false),
  };
  return (
    <div
      ref={scroller}
      aria-busy={pages.isChanging || pages.isFirstPending}
      className={cn(
        "min-h-0 flex-1 overflow-auto [overflow-anchor:none] thin-scroll md:[scrollbar-gutter:stable]",
        // What is about to be replaced steps back, but stays.
        pages.isChanging && "opacity-60 transition-opacity delay-150",
      )}
    >
      {isPhone ? (
        <ListCards {...rows} focus={focus} />
      ) : (
        <ListTable {...rows} focus={focus} room={inRem(room)} sort={props.sort} onSort={props.onSort} />
      )}
      {pages.error && <div className="sticky left-0 p-4">{props.failed(pages.error, pages.retry)}</div>}
      <p className="sr-only" role="status">
        {said}
      </p>
    </div>
  );
}

function isInDialog(target: EventTarget): boolean {
  return target instanceof Element && target.closest("dialog, select, textarea") !== null;
}

/** People may have chosen a larger type: columns grow with it. */
function inRem(pixels: number): number {
  return Math.floor(pixels) / Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

export interface GridFocus {
  tabIndex: number;
  "aria-activedescendant": string | undefined;
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: (event: React.FocusEvent) => void;
  onBlur: () => void;
}

// Taking one row of a list to another place with mouse or finger; the keyboard does it where the list is used.
import {
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";

/** A hand that shakes means a click. */
const BEGINS_AFTER = 4;

export interface Reordering {
  from: number;
  /** Where it would be, counted without itself. */
  to: number;
}

/** Rows are the elements with `data-row` in the list, in their order. `onMove` gets the place counted without the row itself. */
export function useReorder(list: RefObject<HTMLElement | null>, onMove: (from: number, to: number) => void) {
  const [moving, setMoving] = useState<Reordering | null>(null);
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);
  const begin = useCallback(
    (from: number, event: ReactPointerEvent<HTMLElement>) => {
      if (event.button !== 0 || !event.isPrimary) return;
      const start = event.clientY;
      const { pointerId } = event;
      let present: Reordering | null = null;
      const onPointerMove = (moved: PointerEvent) => {
        if (moved.pointerId !== pointerId) return;
        if (!present && Math.abs(moved.clientY - start) < BEGINS_AFTER) return;
        const to = placeAt(list.current, from, moved.clientY);
        if (present?.to === to) return;
        present = { from, to };
        setMoving(present);
      };
      const end = (isDone: boolean) => {
        stop.current?.();
        setMoving(null);
        if (!isDone || !present) return;
        swallowClick();
        if (present.to !== from) onMove(from, present.to);
      };
      const onUp = (up: PointerEvent) => up.pointerId === pointerId && end(true);
      const onCancel = (gone: PointerEvent) => gone.pointerId === pointerId && end(false);
      const onKey = (key: KeyboardEvent) => {
        if (key.key !== "Escape") return;
        key.preventDefault();
        key.stopPropagation();
        end(false);
      };
      window.addEventListener("pointermove", onPointerMove);
      window.addEventListener("pointerup", onUp);
      window.addEventListener("pointercancel", onCancel);
      window.addEventListener("keydown", onKey, true);
      stop.current = () => {
        window.removeEventListener("pointermove", onPointerMove);
        window.removeEventListener("pointerup", onUp);
        window.removeEventListener("pointercancel", onCancel);
        window.removeEventListener("keydown", onKey, true);
        stop.current = null;
      };
    },
    [list, onMove],
  );
  return { moving, begin };
}

/** How many of the other rows have their middle above the pointer. */
function placeAt(list: HTMLElement | null, from: number, y: number): number {
  const rows = [...(list?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  return rows.filter((row, index) => {
    const { top, height } = row.getBoundingClientRect();
    return index !== from && top + height / 2 < y;
  }).length;
}

/** What was dragged is not pressed as well. */
function swallowClick(): void {
  const swallow = (event: MouseEvent) => event.stopPropagation();
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, true));
}

/** Where the line is drawn that shows the place: before a row, or after the last one. */
export function lineAt(moving: Reordering | null, index: number): boolean {
  if (!moving) return false;
  return index === (moving.to < moving.from ? moving.to : moving.to + 1) && moving.to !== moving.from;
}

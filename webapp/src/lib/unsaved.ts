// What would be gone if all were drawn anew: what is typed and not sent, and what is shown this once. Edits that a browser
// keeps, as designers and records do, are not among it.
import { useEffect, useLayoutEffect } from "react";

const held = new Set<object>();

/** As long as it holds, nobody draws anew without asking. */
export function useUnsaved(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return;
    const mark = {};
    held.add(mark);
    return () => {
      held.delete(mark);
    };
  }, [isUnsaved]);
}

export function isAnythingUnsaved(): boolean {
  return held.size > 0;
}

const typed = new Set<object>();
const watching = new Set<() => void>();

/** As long as it holds, whoever leaves the page is asked. Of what was typed nothing is kept here. */
export function useTyped(isTyped: boolean): void {
  // At once: who is led on by what the API answers must not be asked any more.
  useLayoutEffect(() => {
    if (!isTyped) return;
    const mark = {};
    typed.add(mark);
    tell();
    return () => {
      typed.delete(mark);
      tell();
    };
  }, [isTyped]);
}

export function isAnythingTyped(): boolean {
  return typed.size > 0;
}

export function watchTyped(onChange: () => void): () => void {
  watching.add(onChange);
  return () => {
    watching.delete(onChange);
  };
}

let departure: (() => void) | undefined;

/** What leads away without the router asks as well: it goes once nothing is typed, or once it was answered. */
export function leaveTyped(go: () => void): void {
  // Where nobody could ask, a button must not do nothing.
  if (typed.size === 0 || watching.size === 0) go();
  else {
    departure = go;
    tell();
  }
}

/** Where somebody wants to go who is asked before. */
export function wantedDeparture(): (() => void) | undefined {
  return departure;
}

export function settleDeparture(isLeaving: boolean): void {
  const go = departure;
  departure = undefined;
  tell();
  if (isLeaving) go?.();
}

/** Whoever has to leave is not asked. */
export function forgetTyped(): void {
  typed.clear();
  tell();
}

function tell(): void {
  for (const onChange of watching) onChange();
}

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
const shown = new Set<object>();
const watching = new Set<() => void>();

/** As long as it holds, whoever leaves the page is asked. Of what was typed nothing is kept here. */
export function useTyped(isTyped: boolean): void {
  useMark(typed, isTyped);
}

/** As long as it holds, whoever leaves is asked whether they have a copy of what nobody shows them again. */
export function useShownOnce(isShown: boolean): void {
  useMark(shown, isShown);
}

function useMark(marks: Set<object>, holds: boolean): void {
  // At once: who is led on by what the API answers must not be asked any more.
  useLayoutEffect(() => {
    if (!holds) return;
    const mark = {};
    marks.add(mark);
    tell();
    return () => {
      marks.delete(mark);
      tell();
    };
  }, [marks, holds]);
}

/** They say that they have what was shown once; before the way on that they chose with it. */
export function haveShown(): void {
  shown.clear();
  tell();
}

/** Something is lost with the page: what is typed in it, or what it shows only this once. */
export function isAnythingLost(): boolean {
  return typed.size + shown.size > 0;
}

/** What is lost is not their own: it was shown, and needs a copy. */
export function isOnlyShownLost(): boolean {
  return typed.size === 0 && shown.size > 0;
}

export function watchLosses(onChange: () => void): () => void {
  watching.add(onChange);
  return () => {
    watching.delete(onChange);
  };
}

const dirty = new Set<() => boolean>();

/** Edits that a browser keeps: who leaves them by what is no link is asked by those who edit (app/leaving.tsx). */
export function registerDirty(isDirty: () => boolean): () => void {
  dirty.add(isDirty);
  return () => {
    dirty.delete(isDirty);
  };
}

let departure: (() => void) | undefined;

/**
 * What leads away without the router asks as well: it goes at once where nothing would be left behind, and by the answer
 * elsewhere. A question that goes with what it was about (leave-forms.tsx) takes the departure along.
 */
export function askToLeave(go: () => void): void {
  const isAsked = isAnythingLost() || [...dirty].some((isDirty) => isDirty());
  // Where nobody could ask, a button must not do nothing.
  if (!isAsked || watching.size === 0) go();
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

let isLeaving = false;

/** What only a page does that somebody is still on; `focus` is of the window, after the browser's own question. */
const STILL_THERE = ["pointerdown", "click", "keydown", "input", "focus", "pageshow"] as const;

/**
 * Leaves the page for who was asked already, or has to go: the browser need not ask again. Something else may still keep
 * them on it (an upload asks by the browser alone), so nothing is forgotten, and with the first thing they do they are asked
 * as before.
 */
export function leaveUnasked(go: () => void): void {
  isLeaving = true;
  // Captured, since what leads here may be such an event itself: it has passed the window by then.
  for (const name of STILL_THERE) window.addEventListener(name, stay, true);
  go();
}

/** Whether whoever leaves the page now is on the way that they were asked about. */
export function isLeavingUnasked(): boolean {
  return isLeaving;
}

function stay({ type, target }: Event): void {
  // A question that closes gives the keyboard back to what had it: that says nothing of the window.
  if (type === "focus" && target instanceof Node) return;
  isLeaving = false;
  for (const name of STILL_THERE) window.removeEventListener(name, stay, true);
}

function tell(): void {
  for (const onChange of watching) onChange();
}

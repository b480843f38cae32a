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

/** Gone with the page: it was typed there and not sent, or is shown only this once. */
export interface Fleeting {
  kind: "typed" | "shown";
  /** A sentence on it, where that it was typed or shown does not say enough. */
  says?: string | undefined;
}

/** Edits that a browser keeps, and that can be saved before they are left. */
export interface Draft {
  kind: "draft";
  /** A sentence on what becomes of them. */
  says: string;
  isDirty: () => boolean;
  /** Says whether they are saved now. */
  save: () => Promise<boolean>;
}

export type Loss = Fleeting | Draft;

const registered = new Set<Loss>();
const watching = new Set<() => void>();
let changes = 0;

/** As long as it holds, whoever leaves the page is asked. Of what was typed nothing is kept here. */
export function useTyped(isTyped: boolean, says?: string): void {
  useFleeting("typed", isTyped, says);
}

/** As long as it holds, whoever leaves is asked whether they have a copy of what nobody shows them again. */
export function useShownOnce(isShown: boolean): void {
  useFleeting("shown", isShown);
}

function useFleeting(kind: Fleeting["kind"], holds: boolean, says?: string): void {
  // At once: who is led on by what the API answers must not be asked any more.
  useLayoutEffect(() => (holds ? register({ kind, says }) : undefined), [kind, holds, says]);
}

/** As long as there is something in it, whoever leaves it is asked. */
export function registerDraft(draft: Omit<Draft, "kind">): () => void {
  return register({ kind: "draft", ...draft });
}

function register(loss: Loss): () => void {
  registered.add(loss);
  tell();
  return () => {
    registered.delete(loss);
    tell();
  };
}

/** They say that they have what was shown once; before the way on that they chose with it. */
export function haveShown(): void {
  for (const loss of registered) if (loss.kind === "shown") registered.delete(loss);
  tell();
}

/** What whoever leaves now is asked about. Whether a draft is among it is known by the draft alone, and not watched. */
export function losses(): Loss[] {
  return [...registered].filter((loss) => loss.kind !== "draft" || loss.isDirty());
}

export function isAnythingLost(): boolean {
  return losses().length > 0;
}

export function watchLosses(onChange: () => void): () => void {
  watching.add(onChange);
  return () => {
    watching.delete(onChange);
  };
}

/** Another number whenever something is, or is wanted, that was not before. */
export function lossChanges(): number {
  return changes;
}

let departure: (() => void) | undefined;

/**
 * What leads away without the router asks as well: it goes at once where nothing would be left behind, and by the answer
 * elsewhere. A question that goes with what it was about (app/leaving.tsx) takes the departure along.
 */
export function askToLeave(go: () => void): void {
  // Where nobody could ask, a button must not do nothing.
  if (!isAnythingLost() || watching.size === 0) go();
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

let isPassing = false;
let passages = 0;

/** Goes to another address where all that is on the screen goes along, or whoever goes was asked: the router need not ask. */
export function passUnasked(go: () => void): void {
  isPassing = true;
  passages += 1;
  try {
    go();
  } finally {
    isPassing = false;
  }
}

export function isPassingUnasked(): boolean {
  return isPassing;
}

/** How often that was done: who waits for something can tell whether the address has changed meanwhile. */
export function passagesUnasked(): number {
  return passages;
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
  changes += 1;
  for (const onChange of watching) onChange();
}

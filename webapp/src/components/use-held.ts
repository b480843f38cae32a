// What a dialog is sending can't be edited meanwhile: the dialog closes with what was sent, and whatever was typed since
// would go with it. On a page there is no need for that: who has typed on stays there.
import { type RefObject, useLayoutEffect, useRef } from "react";

/** Until the answer the keyboard rests at what the dialog says; who is refused goes on where they were. */
export function useHeld(form: RefObject<HTMLFormElement | null>, isSending: boolean): void {
  const giveBack = useRef<(() => void) | undefined>(undefined);
  useLayoutEffect(() => {
    // Not as it is taken back below: React gives the keyboard back to whoever had it before that.
    giveBack.current?.();
    giveBack.current = undefined;
    const { current } = form;
    // `Dialog` has made a place for the keyboard.
    const rest = current?.closest<HTMLElement>("dialog [tabindex='-1']");
    if (!isSending || !current || !rest) return;
    const had = document.activeElement;
    if (had instanceof HTMLElement && current.contains(had)) {
      // Before it is taken from there, which would leave it nowhere.
      rest.focus({ preventScroll: true });
      giveBack.current = () => {
        const now = document.activeElement;
        // Who has gone elsewhere since, to the button that closes, stays there.
        if (now === rest || now === document.body) had.focus({ preventScroll: true });
      };
    }
    current.setAttribute("aria-busy", "true");
    // Inert and not disabled: what is disabled is no part of what a form says it has.
    const parts = [...current.children];
    for (const part of parts) part.setAttribute("inert", "");
    return () => {
      current.removeAttribute("aria-busy");
      for (const part of parts) part.removeAttribute("inert");
    };
  }, [form, isSending]);
}

// Keys that lead away from any screen: Ctrl K to choose by typing, and G with the letter of a place.
import { useEffect } from "react";
import { isTyping, matches } from "@/lib/commands";
import type { AppPlace } from "./places";

/** So long after `g` its letter may come. */
const CHORD_MS = 1_500;

interface GoKeys {
  places: readonly AppPlace[];
  onGo: (to: string) => void;
  onAsk: () => void;
}

export function useGoKeys({ places, onGo, onAsk }: GoKeys): void {
  useEffect(() => {
    let until = 0;
    // The letter after `g` belongs to nobody else; everything before that is first offered to the screen.
    const onSecond = (event: KeyboardEvent) => {
      if (until === 0 || event.key === "Shift") return;
      const isMeant = event.timeStamp < until && !event.ctrlKey && !event.metaKey && !event.altKey;
      until = 0;
      const place = isMeant ? places.find(({ key }) => key === event.key.toLowerCase()) : undefined;
      if (!place) return;
      event.preventDefault();
      event.stopPropagation();
      onGo(place.to);
    };
    const onFirst = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (matches("mod+k", event)) {
        event.preventDefault();
        onAsk();
      } else if (matches("g", event) && !isTyping(event.target)) until = event.timeStamp + CHORD_MS;
    };
    window.addEventListener("keydown", onSecond, { capture: true });
    window.addEventListener("keydown", onFirst);
    return () => {
      window.removeEventListener("keydown", onSecond, { capture: true });
      window.removeEventListener("keydown", onFirst);
    };
  }, [places, onGo, onAsk]);
}

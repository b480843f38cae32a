// Whether the window is as a media query says, kept current.
import { useSyncExternalStore } from "react";

/** Made once: a list asks with every frame that it scrolls. */
const known = new Map<string, MediaQueryList>();

function mediaOf(query: string): MediaQueryList {
  const media = known.get(query) ?? window.matchMedia(query);
  known.set(query, media);
  return media;
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = mediaOf(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => mediaOf(query).matches,
  );
}

/** Where a table has no room, and cards stand instead. */
export function useIsPhone(): boolean {
  return useMedia("(max-width: 767px)");
}

// A browser in which nothing was chosen shows what its user has chosen in another: language and theme are kept for all of them.
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { getSettings } from "@/api/settings";
import { adoptLanguage } from "@/lib/i18n";
import { adoptTheme } from "@/lib/theme";
import { isAnythingUnsaved } from "@/lib/unsaved";

/** Once for a page: what is chosen elsewhere while somebody works here changes nothing under their hands. */
let isDone = false;

export function useAdoptedSettings(): void {
  const { data } = useQuery({ ...getSettings, staleTime: 60_000, enabled: !isDone });
  useEffect(() => {
    if (!data || isDone) return;
    isDone = true;
    adoptTheme(data.theme);
    // What cannot be loaded is no reason to complain: the language stays as it is.
    if (!isAnythingUnsaved()) void adoptLanguage(data.language).catch(() => undefined);
  }, [data]);
}

// What the operations of the API are called where people read the log. There are many, so they are loaded where one is shown.
import { queryOptions } from "@tanstack/react-query";
import { type Language, language, type Texts } from "@/lib/i18n";

const LOAD: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import("./operations.en.json"),
  de: () => import("./operations.de.json"),
};

export function operationNames() {
  const shown = language();
  return queryOptions({
    queryKey: ["operation names", shown],
    // They change only with the app.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await LOAD[shown]()).default,
  });
}

/** One that is not known here, of a newer server for instance, is told by what the server calls it. */
export function nameOf(action: string, names: Texts = {}): string {
  if (Object.hasOwn(names, action)) return names[action] ?? action;
  const words = action.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

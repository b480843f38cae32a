// The admin page lives at one address; where somebody is stands behind its `#`: #/books?sort=title, #/books/new, #/books/<id>.
import { useSyncExternalStore } from "react";
import type { Place } from "@/records";

export function pathOf({ model, mode, id, search }: Place): string {
  const parts = [
    model,
    ...(mode === "new" ? ["new"] : []),
    ...(id !== undefined ? [id] : []),
    ...(mode === "edit" ? ["edit"] : []),
  ];
  const query = search?.toString();
  return `/${parts.map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;
}

export function placeOf(hash: string): Required<Omit<Place, "id">> & { id?: string } {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [model = "", second, third] = path.split("/").map(decode);
  const search = new URLSearchParams(query);
  if (second === undefined || second === "") return { model, mode: "list", search };
  if (second === "new") return { model, mode: "new", search };
  return { model, mode: third === "edit" ? "edit" : "show", id: second, search };
}

/** Somebody may type anything behind the `#`. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function go(path: string, { replace = false } = {}): void {
  if (!replace) {
    location.hash = path;
    return;
  }
  history.replaceState(null, "", `#${path}`);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function usePlace() {
  const hash = useSyncExternalStore(
    (listener) => {
      addEventListener("hashchange", listener);
      return () => removeEventListener("hashchange", listener);
    },
    () => location.hash,
  );
  return placeOf(hash);
}

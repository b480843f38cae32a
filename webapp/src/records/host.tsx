// What the record screens are given by the page they stand in: the manifest, the way to the server, and the way around.
import { useQueryClient } from "@tanstack/react-query";
import {
  type AnchorHTMLAttributes,
  type ComponentType,
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";
import type { RecordsClient } from "./client";
import type { Manner } from "./format";
import type { View } from "./list-state";
import { fill, type Manifest, type Model, modelOf, type RecordData } from "./manifest";
import type { ListSlots } from "./slots";
import { ENGLISH, type Words } from "./words";

export interface Place {
  model: string;
  mode: "list" | "new" | "show" | "edit";
  id?: string;
  search?: URLSearchParams;
}

export interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  to: string;
}

export interface SavedView extends View {
  id: string;
  model: string;
  shared: boolean;
}

/** Where the views live that people save. A host without one offers none. */
export interface ViewStore {
  list: (model: string) => Promise<SavedView[]>;
  create: (view: Omit<SavedView, "id">) => Promise<SavedView>;
  update: (view: SavedView) => Promise<SavedView>;
  remove: (id: string) => Promise<void>;
}

/** Keeps what was typed over a reload; the browser's session storage has this form. */
export type DraftStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** How a host tells an entry of a history, where it knows more of it than its name. */
export interface ToldEntries {
  /** What was done, in words. */
  Action: ComponentType<{ entry: RecordData }>;
  /** After it on its line, such as the way to what has begun by it. */
  Outcome: ComponentType<{ entry: RecordData }>;
}

export interface RecordsHost {
  manifest: Manifest;
  client: RecordsClient;
  /** The address of a screen, for `Link` and `go`. */
  path: (place: Place) => string;
  go: (path: string, options?: { replace?: boolean }) => void;
  Link: ComponentType<LinkProps>;
  views?: ViewStore;
  drafts?: DraftStore;
  /** What the host draws itself, by the names of the models. */
  slots?: Record<string, ListSlots>;
  told?: ToldEntries;
  manner?: Manner;
  words?: Partial<Words>;
}

interface Known extends Omit<RecordsHost, "words" | "manner"> {
  words: Words;
  manner: Manner;
  notify: (text: string) => void;
}

const HostContext = createContext<Known | null>(null);

const NOTICE_MS = 4_000;

export function RecordsProvider({ host, children }: { host: RecordsHost; children: ReactNode }) {
  const [notice, setNotice] = useState("");
  const known = useMemo(
    (): Known => ({
      ...host,
      words: { ...ENGLISH, ...host.words },
      manner: host.manner ?? {},
      notify: setNotice,
    }),
    [host],
  );
  useEffect(() => {
    if (notice === "") return;
    const timer = setTimeout(() => setNotice(""), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <HostContext.Provider value={known}>
      {children}
      <div
        role="status"
        className={
          notice === ""
            ? "sr-only"
            : "fixed right-4 bottom-4 z-50 max-w-sm rounded-md bg-ink px-3 py-2 text-sm text-page shadow-lg max-md:inset-x-4 max-md:bottom-20 max-md:max-w-none"
        }
      >
        {notice}
      </div>
    </HostContext.Provider>
  );
}

export function useHost(): Known {
  const host = useContext(HostContext);
  if (host === null) throw new Error("record screens stand inside a RecordsProvider");
  return host;
}

/** Where a row leads: to a screen made for this model, or to the one that is made of its description. */
export function useOpen() {
  const { path, manifest } = useHost();
  return useCallback(
    (model: string, id: string) => {
      const page = modelOf(manifest, model)?.page;
      return page ? fill(page, id) : path({ model, id, mode: "show" });
    },
    [path, manifest],
  );
}

/** All that was read of a model is read again: a write may move a record in any list, and change its title elsewhere. */
export function useRefresh() {
  const queries = useQueryClient();
  return useCallback(
    async (model: Model) => {
      const { referrers, relations, name } = model;
      const touched = new Set([
        name,
        ...referrers.map((each) => each.model),
        ...relations.map((each) => each.target),
      ]);
      await Promise.all(
        [...touched].map((each) => queries.invalidateQueries({ queryKey: ["records", each] })),
      );
    },
    [queries],
  );
}

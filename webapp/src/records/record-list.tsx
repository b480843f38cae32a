// The list of a model's records: views, search, filters, columns, sorting, selection, and as many rows as there are.
import { Inbox, Plus, Search, SearchX } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { Button, buttonClass } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { BulkBar } from "./bulk-bar";
import { ColumnChooser } from "./column-chooser";
import { isSearchable } from "./columns";
import { FaultPanel } from "./fault-panel";
import { AddFilter, FilterChips } from "./filter-bar";
import { useHost } from "./host";
import { ListBody, type Loaded } from "./list-body";
import {
  fromSearch,
  isNarrowed,
  type ListState,
  nextSort,
  shownColumns,
  toQuery,
  toSearch,
} from "./list-state";
import type { Model } from "./manifest";
import { PAGE_ROWS } from "./queries";
import { NONE, type Selection } from "./selection";
import { useBulk } from "./slots";
import { SortMenu } from "./sort-menu";
import { oneOf } from "./titles";
import { useViews, ViewMenu } from "./view-menu";

interface RecordListProps {
  model: Model;
  /** The part of the page's address that belongs to the list. */
  search: URLSearchParams;
  onSearch: (search: URLSearchParams, options: { replace: boolean }) => void;
  /** What stands where there is nothing yet, when the host has more to say than "create the first". */
  empty?: ReactNode;
  /** A model whose records are made elsewhere may have a button of its own here. */
  actions?: ReactNode;
}

/** Another model is another list: nothing of the one before is carried over. */
export function RecordList(props: RecordListProps) {
  return <List key={props.model.name} {...props} />;
}

function List({ model, search, onSearch, empty, actions }: RecordListProps) {
  const { words, path, Link } = useHost();
  const { views, isReady } = useViews(model);
  const state = fromSearch(model, search, views);
  const [selection, setSelection] = useState<Selection>(NONE);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const set = (next: ListState, replace = false) => {
    const view = views.find(({ name }) => name === next.view);
    onSearch(toSearch(next, view && { model, view }), { replace });
  };
  const bulk = useBulk(model);
  const canSelect = bulk !== null || model.can.delete || model.actions.some(({ bulk }) => bulk);
  const columns = useStable(shownColumns(model, state));
  const newPath = path({ model: model.name, mode: "new" });
  const one = oneOf(model);
  return (
    <section aria-label={model.label} className="flex min-h-0 flex-1 flex-col">
      <div className="space-y-2 border-b border-line px-4 py-2.5 md:px-5">
        <div className="flex min-h-8 flex-wrap items-center gap-2">
          {selection.ids.size > 0 ? (
            <BulkBar
              model={model}
              bulk={bulk}
              ids={selection.ids}
              onIds={(ids) => setSelection({ ids, anchor: null })}
            />
          ) : (
            <>
              <ViewMenu model={model} state={state} onChange={(next) => set(next)} />
              {isSearchable(model) && (
                <SearchField
                  label={words.searchIn(model.label)}
                  value={state.q}
                  onChange={(q) => set({ ...state, q }, true)}
                />
              )}
              <AddFilter
                model={model}
                filters={state.filters}
                onChange={(filters) => set({ ...state, filters })}
              />
              <SortMenu model={model} sort={state.sort} onChange={(sort) => set({ ...state, sort })} />
              <span
                className="ml-auto text-xs text-muted max-md:hidden"
                title={loaded ? words.loadedHint(loaded.count, loaded.more) : undefined}
              >
                {loaded && words.loaded(loaded.count, loaded.more)}
              </span>
              <ColumnChooser
                model={model}
                columns={state.columns}
                onChange={(next) => set({ ...state, columns: next })}
              />
              <span aria-hidden className="flex-1 md:hidden" />
              {actions}
              {model.can.create && (
                <Link to={newPath} className={buttonClass("primary")}>
                  <Plus aria-hidden />
                  <span className="max-md:sr-only">{words.create(one)}</span>
                </Link>
              )}
            </>
          )}
        </div>
        <FilterChips
          model={model}
          filters={state.filters}
          onChange={(filters) => set({ ...state, filters })}
        />
      </div>
      {(isReady || !search.has("view")) && (
        <ListBody
          model={model}
          columns={columns}
          query={toQuery(state, PAGE_ROWS)}
          sort={state.sort}
          onSort={(key) => set({ ...state, sort: nextSort(state.sort, key) })}
          selection={selection}
          onSelection={setSelection}
          canSelect={canSelect}
          onLoaded={setLoaded}
          failed={(error, retry) => (
            <FaultPanel error={error} title={words.notRead(model.label)} onRetry={retry} />
          )}
          empty={
            isNarrowed(state) ? (
              <EmptyState icon={<SearchX />} title={words.nothingTitle}>
                <p>{words.nothingText}</p>
                <Button onClick={() => set({ ...state, view: null, filters: [], q: "" })}>
                  {words.clearAll}
                </Button>
              </EmptyState>
            ) : (
              (empty ?? (
                <EmptyState icon={<Inbox />} title={words.emptyTitle(model.label)}>
                  <p>{model.can.create ? words.emptyText(one) : words.emptyReadOnly}</p>
                  {model.can.create && (
                    <Link to={newPath} className={buttonClass("primary")}>
                      <Plus aria-hidden />
                      {words.create(one)}
                    </Link>
                  )}
                </EmptyState>
              ))
            )
          }
        />
      )}
    </section>
  );
}

/** The same array for as long as its content is the same, so that rows which are kept are not drawn again. */
function useStable<T extends { key: string }>(items: T[]): T[] {
  const kept = useRef(items);
  const keys = (list: T[]) => list.map(({ key }) => key).join();
  if (keys(kept.current) !== keys(items)) kept.current = items;
  return kept.current;
}

interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

const PAUSE_MS = 250;

/** Asks when somebody stops typing, and at once with Enter. `/` leads here from anywhere on the page. */
function SearchField({ label, value, onChange }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [said, setSaid] = useState(value);
  const [seen, setSeen] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  // The address changed by other means, such as the back button.
  if (value !== seen) {
    setSeen(value);
    if (value !== said) {
      setSaid(value);
      setText(value);
    }
  }
  const tell = useRef(onChange);
  tell.current = onChange;
  const say = useCallback((next: string) => {
    setSaid(next);
    tell.current(next);
  }, []);
  useEffect(() => {
    if (text === said) return;
    const timer = setTimeout(() => say(text), PAUSE_MS);
    // Whoever follows a link leaves: to say it later would take them back from where they are going.
    const onClick = ({ target }: MouseEvent) => {
      if (target instanceof Element && target.closest("a[href]")) say(text);
    };
    document.addEventListener("click", onClick, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("click", onClick, true);
    };
  }, [text, said, say]);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element &&
        event.target.closest("input, textarea, select, dialog, [contenteditable]");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && text !== said) say(text);
    if (event.key === "Escape" && text !== "") {
      setText("");
      say("");
    }
  };
  return (
    <span className="relative inline-flex min-w-32 flex-1 items-center max-md:order-first max-md:basis-full md:max-w-64">
      <Search aria-hidden className="pointer-events-none absolute left-2.5 size-4 text-muted" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        className="h-8 w-full rounded-md border border-line-strong bg-page pr-2 pl-8 text-sm placeholder:text-muted max-md:h-10 max-md:text-field"
      />
    </span>
  );
}

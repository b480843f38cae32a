// What a list shows, between the address of the page, the dialect of the server, and a saved view. Pure, both ways.
import { type Column, columnsOf, defaultColumns } from "./columns";
import type { Model } from "./manifest";
import { OPERATORS, type Operator } from "./operators";

export interface Filter {
  key: string;
  operator: Operator;
  value: string;
}

export interface ListState {
  /** The view that this began with; what was changed since then stands beside it. */
  view: string | null;
  /** Null as long as nobody has chosen. */
  columns: string[] | null;
  filters: Filter[];
  sort: string | null;
  q: string;
}

export interface View {
  name: string;
  label: string;
  columns: string[];
  filters: Record<string, string>;
  sort: string;
}

/** Words of the address that a field could have for a name, too; a filter of such a field names its operator. */
const OWN_WORDS = new Set(["limit", "cursor", "q", "sort", "columns", "view"]);

export const EVERYTHING: ListState = { view: null, columns: null, filters: [], sort: null, q: "" };

/** Reads an address. One that names a view and nothing else means the view as it was saved. */
export function fromSearch(model: Model, search: URLSearchParams, views: readonly View[] = []): ListState {
  const name = search.get("view");
  const view = views.find((each) => each.name === name);
  if (view && [...search.keys()].length === 1) return fromView(model, view);
  const chosen = search.get("columns");
  const filters = [...search].flatMap(([key, value]) => readFilter(model, key, value));
  return {
    view: name,
    columns: chosen === null ? null : knownColumns(model, chosen.split(",")),
    filters,
    sort: readSort(model, search.get("sort")),
    q: search.get("q") ?? "",
  };
}

export function toSearch(state: ListState, view?: { model: Model; view: View }): URLSearchParams {
  const search = new URLSearchParams();
  if (state.view !== null) search.set("view", state.view);
  if (view && isSame(state, fromView(view.model, view.view))) return search;
  if (state.q !== "") search.set("q", state.q);
  for (const filter of state.filters) search.append(filterKey(filter), filter.value);
  if (state.sort !== null) search.set("sort", state.sort);
  if (state.columns !== null) search.set("columns", state.columns.join(","));
  // An address that names the view alone would mean the view as it was saved.
  if (view && [...search.keys()].length === 1) search.set("q", "");
  return search;
}

/** The question to the server. */
export function toQuery(
  state: Pick<ListState, "filters" | "sort" | "q">,
  limit: number,
  cursor?: string | null,
): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (state.q.trim() !== "") query.set("q", state.q);
  for (const filter of state.filters) query.append(filterKey(filter), filter.value);
  if (state.sort !== null) query.set("sort", state.sort);
  if (cursor) query.set("cursor", cursor);
  return query.toString();
}

export function fromView(model: Model, view: View): ListState {
  return {
    view: view.name,
    columns: view.columns.length > 0 ? knownColumns(model, view.columns) : null,
    filters: Object.entries(view.filters).flatMap(([key, value]) => readFilter(model, key, value)),
    sort: readSort(model, view.sort),
    q: view.filters.q ?? "",
  };
}

/** What a saved view keeps of a list: the search words stand among the filters, as they do in an address. */
export function toView(model: Model, state: ListState): Pick<View, "columns" | "filters" | "sort"> {
  return {
    columns: state.columns ?? defaultColumns(model),
    filters: {
      ...(state.q.trim() !== "" && { q: state.q }),
      ...Object.fromEntries(state.filters.map((filter) => [filterKey(filter), filter.value])),
    },
    sort: state.sort ?? "",
  };
}

export function isSame(one: ListState, other: ListState): boolean {
  return JSON.stringify({ ...one, view: null }) === JSON.stringify({ ...other, view: null });
}

/** Whether anything keeps records out of this list. */
export function isNarrowed(state: ListState): boolean {
  return state.filters.length > 0 || state.q.trim() !== "";
}

/** Up, down, then as the server likes it. */
export function nextSort(current: string | null, key: string): string | null {
  if (current === key) return `-${key}`;
  return current === `-${key}` ? null : key;
}

export function shownColumns(model: Model, state: ListState): Column[] {
  const all = columnsOf(model);
  const keys = state.columns ?? defaultColumns(model);
  const shown = keys.flatMap((key) => all.find((column) => column.key === key) ?? []);
  return shown.length > 0 ? shown : all.slice(0, 1);
}

function filterKey({ key, operator }: Filter): string {
  return operator === "eq" && !OWN_WORDS.has(key) ? key : `${key}__${operator}`;
}

function readFilter(model: Model, parameter: string, value: string): Filter[] {
  if (OWN_WORDS.has(parameter)) return [];
  const [key = "", suffix = "eq"] = parameter.split("__");
  const operator = OPERATORS.find((each) => each === suffix);
  const isKnown = columnsOf(model).some((column) => column.key === key);
  return isKnown && operator ? [{ key, operator, value }] : [];
}

function readSort(model: Model, text: string | null): string | null {
  if (!text) return null;
  const key = text.replace(/^-/, "");
  return columnsOf(model).some((column) => column.key === key && column.sort) ? text : null;
}

function knownColumns(model: Model, keys: readonly string[]): string[] {
  const known = new Set(columnsOf(model).map(({ key }) => key));
  return [...new Set(keys)].filter((key) => known.has(key));
}

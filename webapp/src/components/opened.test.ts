// A form begins with a fresh copy, and there is a way on when somebody else was faster: on top of theirs, or with theirs.
import {
  QueryClient,
  QueryClientProvider,
  queryOptions,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { act, createElement, Fragment } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiFailure } from "@/api/failure";
import type { Versioned } from "@/api/versioned";
import { Form, TextField } from "./form";
import { changedFacts, Opened, useOutdated } from "./opened";

type Thing = Versioned<{ name: string }>;

/** What the server has, and what it was sent. */
let kept: Thing;
let sent: (string | undefined)[];
let read: () => Promise<Thing>;
let queries: QueryClient;
let root: Root;
let page: HTMLElement;

const thing = queryOptions({ queryKey: ["thing"], queryFn: () => read() });

async function put(etag: string | undefined, name: string): Promise<void> {
  sent.push(etag);
  if (etag !== kept.etag) throw new ApiFailure(412, "precondition_failed", "it was changed since");
  kept = { value: { name }, etag: "saved" };
}

function Screen() {
  const query = useQuery(thing);
  const opening = {
    query,
    reading: "Reading",
    unreadable: "Unreadable",
    children: (opened: Thing, onTheirs: (theirs: Thing) => void) =>
      createElement(Editing, { opened, query, onTheirs }),
  };
  return createElement(Opened<Thing>, opening);
}

interface EditingProps {
  opened: Thing;
  query: UseQueryResult<Thing>;
  onTheirs: (theirs: Thing) => void;
}

function Editing({ opened, query, onTheirs }: EditingProps) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (change: { etag: string | undefined; name: string }) => put(change.etag, change.name),
    onSettled: () => client.invalidateQueries({ queryKey: thing.queryKey }),
  });
  const { etag, outdated } = useOutdated<Thing>({
    opened,
    query,
    change,
    factsOf: ({ value }) => [["Name", value.name]],
    onTheirs,
  });
  const form = {
    fields: ["name"],
    failure: change.error,
    busy: change.isPending,
    onSubmit: ({ name = "" }: Record<string, string>) => change.mutate({ etag, name }),
    children: createElement(
      Fragment,
      null,
      createElement(TextField, { name: "name", label: "Name", defaultValue: opened.value.name }),
      outdated,
    ),
  };
  return createElement(Form, form);
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  kept = { value: { name: "first" }, etag: "1" };
  sent = [];
  read = async () => kept;
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  page = document.createElement("div");
  document.body.append(page);
  root = createRoot(page);
});
afterEach(async () => {
  await act(async () => root.unmount());
  page.remove();
  vi.unstubAllGlobals();
});

async function open(): Promise<void> {
  await act(async () =>
    root.render(createElement(QueryClientProvider, { client: queries }, createElement(Screen))),
  );
}

const field = () => page.querySelector("input");
const button = (text: string) =>
  [...page.querySelectorAll("button")].find((each) => each.textContent === text);

async function saveWhileTheyAreFaster(): Promise<void> {
  await open();
  await vi.waitFor(() => expect(field()?.value).toBe("first"));
  const input = field();
  if (input) input.value = "mine";
  kept = { value: { name: "theirs" }, etag: "2" };
  await act(async () => page.querySelector("form")?.requestSubmit());
  await vi.waitFor(() => expect(button("Save mine on top")).toBeDefined());
  expect(page.querySelector('[role="alert"]')?.textContent).toMatch(/Name, theirs.*theirs/);
  expect(field()?.value).toBe("mine");
}

it("saves what was typed on top of theirs", async () => {
  await saveWhileTheyAreFaster();
  await act(async () => button("Save mine on top")?.click());
  expect(document.activeElement).toBe(page.querySelector("form"));
  await vi.waitFor(() => expect(kept.value.name).toBe("mine"));
  expect(sent).toEqual(["1", "2"]);
});

it("is asked again when somebody is faster once more", async () => {
  await saveWhileTheyAreFaster();
  kept = { value: { name: "later" }, etag: "3" };
  await act(async () => button("Save mine on top")?.click());
  await vi.waitFor(() => expect(page.textContent).toMatch(/later/));
  await act(async () => button("Save mine on top")?.click());
  await vi.waitFor(() => expect(sent).toEqual(["1", "2", "3"]));
});

it("begins anew with theirs where that is chosen", async () => {
  await saveWhileTheyAreFaster();
  await act(async () => button("Take theirs, drop mine")?.click());
  await vi.waitFor(() => expect(field()?.value).toBe("theirs"));
  expect(page.querySelector('[role="alert"]')).toBeNull();
});

it("asks for a fresh copy before it begins with one of minutes ago", async () => {
  const old = { value: { name: "old" }, etag: "0" };
  queries.setQueryData(thing.queryKey, old, { updatedAt: Date.now() - 60_000 });
  let answer: (read: Thing) => void = () => undefined;
  read = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await open();
  expect(field()).toBeNull();
  await act(async () => answer(kept));
  await vi.waitFor(() => expect(field()?.value).toBe("first"));
});

it("tells of what they removed as well", () => {
  const before = [
    ["A", "1"],
    ["B", "2"],
    ["C", "3"],
  ] as const;
  const now = [
    ["C", "4"],
    ["A", "1"],
  ] as const;
  expect(changedFacts(before, now)).toEqual([
    ["C", "4"],
    ["B", ""],
  ]);
  expect(changedFacts(before, before)).toEqual([]);
});

// News that come while the list is read, again or further: whatever the answer was made of, they stay.
import { InfiniteQueryObserver, notifyManager, QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { session } from "@/api/browser-session";
import type { Notification, NotificationPage } from "@/api/types";
import { listNotifications } from "./api/list-notifications";
import { itemsOf, seqOf, unreadOf } from "./pages";
import { takeNews } from "./take-news";

const AT = "2026-11-30T08:00:00Z";

let queries: QueryClient;
let answers: ((reply: Response) => void)[];
let list: ReturnType<typeof observed>;
let leave: () => void;

beforeEach(async () => {
  queries = new QueryClient();
  answers = [];
  session.begin({ access_token: "a1", expires_in: 600 });
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => answers.push(resolve)));
  list = observed();
  leave = list.subscribe(() => {});
  await answer(page(1, one(1)));
});
afterEach(() => {
  leave();
  queries.clear();
  vi.unstubAllGlobals();
});

const observed = () => new InfiniteQueryObserver(queries, listNotifications);

function one(seq: number): Notification {
  return {
    id: `n${seq}`,
    seq,
    kind: "run_failed",
    workspace_id: null,
    title: "",
    message: "",
    link: null,
    count: 1,
    created_at: AT,
    happened_at: AT,
    read_at: null,
  };
}

function page(seq: number, ...items: Notification[]): NotificationPage {
  return { items, next_cursor: "further", unread: items.length, seq };
}

async function answer(sent: NotificationPage): Promise<void> {
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  answers.shift()?.(Response.json(sent));
  await vi.waitFor(() => expect(queries.isFetching()).toBe(0));
}

function known() {
  const pages = queries.getQueryData(listNotifications.queryKey);
  return { ids: itemsOf(pages).map(({ id }) => id), seq: seqOf(pages), unread: unreadOf(pages) };
}

const second = () => takeNews(queries, { reset: false, seq: 2, unread: 2, notifications: [one(2)] });

it("keeps news for which an answer is too old that was asked for before, and shows them all the while", async () => {
  const seen: (number | undefined)[] = [];
  void queries.invalidateQueries({ queryKey: listNotifications.queryKey });
  second();
  // As React hears of it.
  list.subscribe(notifyManager.batchCalls(() => seen.push(known().seq)));
  await answer(page(1, one(1)));
  expect(known()).toEqual({ ids: ["n2", "n1"], seq: 2, unread: 2 });
  await vi.waitFor(() => expect(seen).not.toHaveLength(0));
  expect(seen).not.toContain(1);
});

it("keeps them when the next page was asked for before", async () => {
  void list.fetchNextPage();
  second();
  await answer({ ...page(1, one(0)), next_cursor: null });
  expect(known()).toEqual({ ids: ["n2", "n1", "n0"], seq: 2, unread: 2 });
});

it("keeps them when the reading is given up", async () => {
  void queries.invalidateQueries({ queryKey: listNotifications.queryKey });
  second();
  await queries.cancelQueries({ queryKey: listNotifications.queryKey });
  expect(known()).toEqual({ ids: ["n2", "n1"], seq: 2, unread: 2 });
});

it("takes an answer that knows more for what it is", async () => {
  void queries.invalidateQueries({ queryKey: listNotifications.queryKey });
  second();
  await answer(page(3, one(3)));
  expect(known()).toEqual({ ids: ["n3"], seq: 3, unread: 1 });
});

// The pages of notifications that were read, and what becomes of them when something happens. Pure.
import type { Notification, NotificationPage } from "@/api/types";
import { isRecord } from "@/lib/json";

/** As the query cache keeps them. */
export interface Pages {
  pages: NotificationPage[];
  pageParams: unknown[];
}

/** What the server tells in the topic `notifications`. */
export interface News {
  /** There was more than is told: the list has to be read again. */
  reset: boolean;
  seq: number;
  unread: number;
  notifications: Notification[];
}

export function readNews(event: Record<string, unknown>): News | undefined {
  const { reset, seq, unread, notifications } = event;
  if (typeof seq !== "number" || typeof unread !== "number" || !Array.isArray(notifications))
    return undefined;
  return { reset: reset === true, seq, unread, notifications: notifications.filter(isNotification) };
}

function isNotification(value: unknown): value is Notification {
  return isRecord(value) && typeof value.id === "string" && typeof value.title === "string";
}

export function unreadOf(known: Pages | undefined): number {
  return known?.pages[0]?.unread ?? 0;
}

/** The number up to which all is known. */
export function seqOf(known: Pages | undefined): number | undefined {
  return known?.pages[0]?.seq;
}

/**
 * What has happened again moves to the top; nothing stands there twice. What was read is never taken back: a page may know
 * more than news that are older, and what it knew of may be read or deleted since.
 */
export function withNews(known: Pages, { seq, unread, notifications }: News): Pages {
  const upTo = seqOf(known) ?? 0;
  if (seq < upTo) return known;
  const news = notifications.filter((each) => each.seq > upTo).toSorted((one, other) => other.seq - one.seq);
  const told = new Set(news.map(({ id }) => id));
  return onPages(known, (page, index) => {
    const items = page.items.filter(({ id }) => !told.has(id));
    return index === 0 ? { ...page, items: [...news, ...items], seq, unread } : { ...page, items };
  });
}

export function withOneRead(known: Pages, id: string, at: string): Pages {
  const isNew = itemsOf(known).some((each) => each.id === id && each.read_at === null);
  if (!isNew) return known;
  return onPages(known, (page) => ({
    ...page,
    unread: Math.max(0, page.unread - 1),
    items: page.items.map((each) => (each.id === id ? { ...each, read_at: at } : each)),
  }));
}

export function withoutOne(known: Pages, id: string): Pages {
  const gone = itemsOf(known).find((each) => each.id === id);
  const fewer = gone?.read_at === null ? 1 : 0;
  return onPages(known, (page) => ({
    ...page,
    unread: Math.max(0, page.unread - fewer),
    items: page.items.filter((each) => each.id !== id),
  }));
}

export function itemsOf(known: Pages | undefined): Notification[] {
  return known?.pages.flatMap((page) => page.items) ?? [];
}

function onPages(known: Pages, change: (page: NotificationPage, index: number) => NotificationPage): Pages {
  return { ...known, pages: known.pages.map(change) };
}

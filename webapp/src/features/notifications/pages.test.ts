// What is told is there once, at the top, and the count of the unread goes along.
import { describe, expect, it } from "vitest";
import type { Notification } from "@/api/types";
import { itemsOf, type Pages, readNews, seqOf, unreadOf, withNews, withOneRead, withoutOne } from "./pages";

const AT = "2026-11-30T08:00:00Z";

function one(id: string, seq: number, read = false): Notification {
  return {
    id,
    seq,
    kind: "run_failed",
    workspace_id: null,
    title: id,
    message: "",
    link: null,
    count: 1,
    created_at: AT,
    happened_at: AT,
    read_at: read ? AT : null,
  };
}

const known = (): Pages => ({
  pages: [
    { items: [one("c", 3), one("b", 2, true)], next_cursor: "x", unread: 2, seq: 3 },
    { items: [one("a", 1)], next_cursor: null, unread: 2, seq: 3 },
  ],
  pageParams: [undefined, "x"],
});

const ids = (pages: Pages) => itemsOf(pages).map(({ id }) => id);

describe("pages of notifications", () => {
  it("moves what happened again to the top, from whatever page", () => {
    const news = readNews({
      topic: "notifications",
      reset: false,
      seq: 5,
      unread: 3,
      notifications: [one("a", 4), one("d", 5), { no: "notification" }],
    });
    if (!news) throw new Error("the news could not be read");
    const now = withNews(known(), news);
    expect(ids(now)).toEqual(["d", "a", "c", "b"]);
    expect([unreadOf(now), seqOf(now)]).toEqual([3, 5]);
    // Told twice, it stands there once.
    expect(withNews(now, news)).toEqual(now);
  });

  it("takes nothing back for news that are older than what was read", () => {
    const read = known();
    const news = { reset: false, seq: 2, unread: 9, notifications: [one("b", 2)] };
    expect(withNews(read, news)).toBe(read);
    const same = withNews(read, { ...news, seq: 3, unread: 1, notifications: [one("c", 3), one("gone", 2)] });
    expect([ids(same), unreadOf(same)]).toEqual([["c", "b", "a"], 1]);
  });

  it("counts what is read and what is deleted, each once", () => {
    const read = withOneRead(known(), "c", AT);
    expect(unreadOf(read)).toBe(1);
    expect(unreadOf(withOneRead(read, "c", AT))).toBe(1);
    expect(unreadOf(withoutOne(read, "c"))).toBe(1);
    expect(unreadOf(withoutOne(read, "a"))).toBe(0);
    expect(ids(withoutOne(read, "a"))).toEqual(["c", "b"]);
  });

  it("reads no news out of what is none", () => {
    expect(readNews({ topic: "notifications" })).toBeUndefined();
  });
});

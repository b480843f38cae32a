// A model of a million rows that are made when they are asked for, with pages that hold nothing and yet go on.

import type { Special } from "./server";
import type { Json } from "./store";

export const ROWS = 1_000_000;

export const EVENTS: Json = {
  name: "events",
  label: "Events",
  display: "name",
  fields: [
    { name: "name", label: "Name", type: "text", options: { min: 0, max: 255 }, required: true },
    { name: "count", label: "Count", type: "integer", options: {} },
    { name: "status", label: "Status", type: "enum", options: { values: ["succeeded", "failed"] } },
    { name: "at", label: "At", type: "datetime", options: {} },
  ],
  relations: [],
  referrers: [],
};

function event(number: number): Json {
  return {
    id: `e${number}`,
    name: `Event ${number}`,
    count: number,
    status: number % 3 ? "succeeded" : "failed",
    at: new Date(Date.UTC(2026, 0, 1) + number * 1_000).toISOString(),
  };
}

/** A search for "late" looks at ten pages before it finds anything, as a server does that looks at so many rows at a time. */
const LATE = 10;

export const millionRows: Special = (method, { pathname, searchParams }) => {
  if (method !== "GET" || !pathname.startsWith("/api/events")) return undefined;
  const id = pathname.split("/")[3];
  if (id !== undefined) return { status: 200, body: event(Number(id.slice(1))) };
  const limit = Number(searchParams.get("limit"));
  const start = Number(searchParams.get("cursor") ?? 0);
  if (searchParams.get("q") === "late") {
    const page = start + 1;
    const items = page > LATE ? [event(7), event(8)] : [];
    return { status: 200, body: { items, next_cursor: page > LATE ? null : String(page) } };
  }
  const end = Math.min(ROWS, start + limit);
  const items = Array.from({ length: end - start }, (_, index) => event(start + index));
  return { status: 200, body: { items, next_cursor: end < ROWS ? String(end) : null } };
};

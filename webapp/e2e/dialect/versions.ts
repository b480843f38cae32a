// What Lathe's own records have beyond those of a generated application: versions, actions, a history, fields that the
// workspace has declared, and an address of their own to write to.
import type { Special } from "./server";
import type { Json } from "./store";

export const PLANS: Json = {
  name: "plans",
  label: "Plans",
  display: "name",
  address: "api/records/plans",
  own: "api/plans",
  fields: [
    { name: "name", label: "Name", type: "text", options: { max: 80 }, required: true },
    { name: "note", label: "Note", type: "long_text", options: {} },
    { name: "city", label: "City", type: "text", options: {} },
    {
      name: "runs",
      label: "Runs",
      type: "integer",
      options: {},
      read_only: true,
      help: "counted by the server",
    },
    { name: "cost_center", label: "Cost center", type: "text", options: {}, extra: true },
  ],
  views: [
    { name: "cheap", label: "Cheap ones", columns: ["name", "city"], filters: { city: "Ulm" }, sort: "name" },
  ],
  actions: [
    {
      name: "publish",
      label: "Publish",
      method: "POST",
      path: "api/plans/{id}/publish",
      bulk: true,
      confirm: "Publish it?",
    },
  ],
  history: true,
};

export interface Plans {
  record: Json;
  version: number;
  /** Every write: method, address, body. */
  written: [string, string, unknown][];
  special: Special;
}

export function plans(): Plans {
  const record: Json = { id: "p1", name: "Spring", note: "Sow.", city: "Ulm", runs: 3, cost_center: null };
  const state: Plans = { record, version: 1, written: [], special: () => undefined };
  state.special = (method, { pathname }, body, expected) => {
    if (!/^\/api\/(records\/)?plans/.test(pathname)) return undefined;
    if (method !== "GET") state.written.push([method, pathname, body]);
    if (pathname.endsWith("/history")) return { status: 200, body: { items: HISTORY, next_cursor: null } };
    if (method === "GET" && pathname.endsWith("/p1"))
      return { status: 200, body: record, etag: `"${state.version}"` };
    if (method === "GET") return { status: 200, body: { items: [record], next_cursor: null } };
    const isOwn = pathname.startsWith("/api/plans");
    if (method === "PUT" && (isOwn || expected !== undefined) && expected !== `"${state.version}"`) {
      const message = "somebody else has changed it";
      return { status: 412, body: { error: { code: "precondition_failed", message } } };
    }
    Object.assign(record, body);
    state.version += 1;
    return { status: 200, body: record, etag: `"${state.version}"` };
  };
  return state;
}

const HISTORY = [
  {
    seq: 2,
    at: "2026-09-02T08:00:00Z",
    actor: { via: "session", name: "Ada Byron" },
    action: "update_plan",
    status: 200,
    before: { city: "Bonn", name: "Spring" },
    after: { city: "Ulm", name: "Spring" },
  },
  {
    seq: 1,
    at: "2026-09-01T08:00:00Z",
    actor: { via: "machine" },
    action: "create_plan",
    status: 201,
    before: null,
    after: {},
  },
];

// The one way to the server, handed in by the host: its session, its headers and its errors stay its own affair.
import { fill, type Model, type RecordData } from "./manifest";

export interface Request {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Answer {
  data: unknown;
  /** The version of a record, for `If-Match`; null where the server keeps none. */
  etag: string | null;
}

/** Throws an error with `status`, `code`, `message` and `details` when the server refuses; see failure.ts. */
export type Send = (method: string, path: string, request?: Request) => Promise<Answer>;

export interface Page {
  items: RecordData[];
  next_cursor: string | null;
}

export interface Versioned {
  record: RecordData;
  etag: string | null;
}

/** Hears of the record as the server has it, while something of it is still to be written. */
export type OnKept = (kept: Versioned) => void;

export class RecordsClient {
  constructor(readonly send: Send) {}

  async list(model: Model, query: string, signal?: AbortSignal): Promise<Page> {
    const { data } = await this.send("GET", `${model.address}?${query}`, { signal });
    const page = data as Partial<Page> | null;
    return { items: page?.items ?? [], next_cursor: page?.next_cursor ?? null };
  }

  async read(model: Model, id: string, signal?: AbortSignal): Promise<Versioned> {
    const { data, etag } = await this.send("GET", `${model.address}/${encodeURIComponent(id)}`, { signal });
    return { record: data as RecordData, etag };
  }

  async history(model: Model, id: string, cursor: string | null, signal?: AbortSignal): Promise<Page> {
    const query = new URLSearchParams({ limit: "50", ...(cursor !== null && { cursor }) });
    const path = `${model.address}/${encodeURIComponent(id)}/history?${query}`;
    const { data } = await this.send("GET", path, { signal });
    const page = data as Partial<Page> | null;
    return { items: page?.items ?? [], next_cursor: page?.next_cursor ?? null };
  }

  /**
   * The key makes a repeated attempt at the same record one and the same wish. `onKept` is told what the server has, before
   * the rest is written, which may be refused by itself.
   */
  async create(
    model: Model,
    document: Record<string, unknown>,
    { key, onKept }: { key: string; onKept?: OnKept },
  ): Promise<Versioned> {
    const { own, extra } = divide(model, document);
    const { data, etag } = await this.send("POST", model.own, {
      body: own,
      headers: { "Idempotency-Key": key },
    });
    const record = data as RecordData;
    if (Object.keys(extra).length === 0) return { record, etag };
    const made = { record: { ...record, ...own }, etag };
    onKept?.(made);
    return this.writeExtra(model, made, extra);
  }

  /** The record as it is known by then: what was there, and what was sent. */
  async update(
    model: Model,
    known: Versioned,
    document: Record<string, unknown>,
    { changed, onKept }: { changed: readonly string[]; onKept?: OnKept },
  ): Promise<Versioned> {
    const { own, extra } = divide(model, document);
    let now = known;
    if (changed.some((key) => key in own)) {
      const path = `${model.own}/${encodeURIComponent(known.record.id)}`;
      const { etag } = await this.send(model.changedBy, path, { body: own, headers: ifMatch(known.etag) });
      now = { record: { ...known.record, ...own }, etag };
    }
    // The server keeps what is not named: what somebody else has changed beside it stays.
    const meant = Object.fromEntries(Object.entries(extra).filter(([key]) => changed.includes(key)));
    if (Object.keys(meant).length === 0) return now;
    if (now !== known) onKept?.(now);
    return this.writeExtra(model, now, meant);
  }

  /** With the mark of what was seen, what somebody else has changed since stays. */
  async remove(model: Model, id: string, etag: string | null = null): Promise<void> {
    await this.send("DELETE", `${model.own}/${encodeURIComponent(id)}`, { headers: ifMatch(etag) });
  }

  async act(method: string, path: string, id: string, key: string): Promise<void> {
    await this.send(method, fill(path, id), { headers: { "Idempotency-Key": key } });
  }

  private async writeExtra(
    model: Model,
    known: Versioned,
    extra: Record<string, unknown>,
  ): Promise<Versioned> {
    const path = `${model.address}/${encodeURIComponent(known.record.id)}/extra`;
    const { etag } = await this.send("PUT", path, { body: extra, headers: ifMatch(known.etag) });
    return { record: { ...known.record, ...extra }, etag };
  }
}

/** Only what was seen is changed, where the server says what version that is. */
function ifMatch(etag: string | null): Record<string, string> {
  return etag === null ? {} : { "If-Match": etag };
}

/** What belongs to the record, and what the workspace has declared beside it. */
function divide(model: Model, document: Record<string, unknown>) {
  const isExtra = new Set(model.fields.filter(({ extra }) => extra).map(({ name }) => name));
  const entries = Object.entries(document);
  return {
    own: Object.fromEntries(entries.filter(([key]) => !isExtra.has(key))),
    extra: Object.fromEntries(entries.filter(([key]) => isExtra.has(key))),
  };
}

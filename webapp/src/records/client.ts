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

  /** The key makes a repeated attempt at the same record one and the same wish. */
  async create(model: Model, document: Record<string, unknown>, key: string): Promise<RecordData> {
    const { own, extra } = divide(model, document);
    const { data } = await this.send("POST", model.own, { body: own, headers: { "Idempotency-Key": key } });
    const record = data as RecordData;
    if (Object.keys(extra).length > 0) await this.writeExtra(model, record.id, extra);
    return record;
  }

  async update(
    model: Model,
    id: string,
    document: Record<string, unknown>,
    { etag, changed }: { etag: string | null; changed: readonly string[] },
  ): Promise<void> {
    const { own, extra } = divide(model, document);
    if (changed.some((key) => key in own)) {
      const headers: Record<string, string> = etag === null ? {} : { "If-Match": etag };
      await this.send(model.changedBy, `${model.own}/${encodeURIComponent(id)}`, { body: own, headers });
    }
    if (changed.some((key) => key in extra)) await this.writeExtra(model, id, extra);
  }

  /** With the mark of what was seen, what somebody else has changed since stays. */
  async remove(model: Model, id: string, etag: string | null = null): Promise<void> {
    const headers: Record<string, string> = etag === null ? {} : { "If-Match": etag };
    await this.send("DELETE", `${model.own}/${encodeURIComponent(id)}`, { headers });
  }

  async act(method: string, path: string, id: string, key: string): Promise<void> {
    await this.send(method, fill(path, id), { headers: { "Idempotency-Key": key } });
  }

  private async writeExtra(model: Model, id: string, extra: Record<string, unknown>): Promise<void> {
    await this.send("PUT", `${model.address}/${encodeURIComponent(id)}/extra`, { body: extra });
  }
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

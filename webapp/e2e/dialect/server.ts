// A generated application for tests: the admin page as it is committed, under its real policy, over records in memory.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Json, Refused, type Store } from "./store";

const RUNTIME = join(import.meta.dirname, "../../../blueprint/template/runtime");

const ASSETS: Record<string, [string, string]> = {
  "/": ["admin.html", "text/html; charset=utf-8"],
  "/admin.js": ["admin.js", "text/javascript; charset=utf-8"],
  "/admin.css": ["admin.css", "text/css; charset=utf-8"],
};

/** The policy as the runtime sends it, so that what it forbids fails here first. */
export function policy(): string {
  const source = readFileSync(join(RUNTIME, "src/admin.rs"), "utf8");
  const text = /const POLICY: &str = "([^"]+)"/.exec(source)?.[1];
  if (!text) throw new Error("admin.rs has no policy any more");
  return text.replace(/\\\n\s*/g, "");
}

export interface Application {
  url: string;
  /** What was asked for, newest last: method and address. */
  asked: string[];
  close: () => Promise<void>;
}

/** Anything that answers before the records do: lists of a million rows, refusals on purpose. */
export type Special = (
  method: string,
  address: URL,
  body: unknown,
  expected: string | undefined,
) => { status: number; body: unknown; etag?: string } | undefined;

export async function serve(
  manifest: Json,
  store: Store,
  special?: Special,
  base = "/apps/shop",
): Promise<Application> {
  const asked: string[] = [];
  const csp = policy();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const address = new URL(request.url ?? "/", "http://app");
    if (!address.pathname.startsWith(`${base}/`))
      return send(response, 404, { error: { code: "not_found", message: "nothing here" } });
    address.pathname = address.pathname.slice(base.length);
    const asset = ASSETS[address.pathname];
    if (asset) {
      response.writeHead(200, {
        "content-type": asset[1],
        "content-security-policy": csp,
        "x-content-type-options": "nosniff",
      });
      return response.end(readFileSync(join(RUNTIME, "assets", asset[0])));
    }
    if (address.pathname === "/manifest.json") return send(response, 200, manifest);
    const body = await bodyOf(request);
    const expected = request.headers["if-match"];
    asked.push(`${request.method} ${address.pathname}${address.search}`);
    const made = special?.(request.method ?? "GET", address, body, expected);
    if (made) return send(response, made.status, made.body, made.etag);
    return perform(store, request.method ?? "GET", address, body, response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      if (error instanceof Refused) {
        const { code, message, details, status } = error;
        return send(response, status, { error: { code, message, details } });
      }
      return send(response, 500, { error: { code: "internal", message: String(error) } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${base}/`, asked, close: () => stop(server) };
}

function perform(store: Store, method: string, address: URL, body: unknown, response: ServerResponse) {
  const [, , name = "", id] = address.pathname.split("/").map(decodeURIComponent);
  const model = store.model(name);
  const document = (body ?? {}) as Json;
  if (id === undefined) {
    if (method === "POST") return send(response, 201, store.create(model, document));
    return send(response, 200, store.list(model, address.searchParams));
  }
  if (method === "PUT") return send(response, 200, store.update(model, id, document));
  if (method === "DELETE") {
    store.remove(model, id);
    response.writeHead(204);
    return response.end();
  }
  return send(response, 200, store.read(model, id));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return parts.length === 0 ? null : JSON.parse(Buffer.concat(parts).toString("utf8"));
}

function send(response: ServerResponse, status: number, body: unknown, etag?: string) {
  response.writeHead(status, { "content-type": "application/json", ...(etag && { etag }) });
  response.end(JSON.stringify(body));
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

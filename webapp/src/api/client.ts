// The one HTTP client; every request of the app goes through it and fails with an ApiFailure.
import createClient from "openapi-fetch";
import { session } from "./browser-session";
import { ApiFailure, unreachable } from "./failure";
import type { paths } from "./schema";
import { chosenWorkspace } from "./workspace";

export const client = createClient<paths>({ baseUrl: window.location.origin, fetch: send });

/** What anybody may ask: a 401 of these is about what was typed, not about the session. */
const OPEN =
  /^\/api\/(resume\/.*|auth\/(login(\/second-factor)?|register|refresh|methods|password\/(forgot|reset)|email\/confirm))$/;

/** Sends a request in the name of who is logged in, and once more when its token had run out. */
async function send(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  if (OPEN.test(path)) return reach(request);
  const again = request.clone();
  const token = await session.bearer(request.signal);
  const reply = await reach(signed(request, token));
  if (reply.status !== 401 || token === undefined) return reply;
  // Who wants to leave is not asked to log in again for that.
  const isLeaving = path === "/api/auth/logout";
  const goesOn = isLeaving ? await session.renew(token) : await session.renewOrWait(token, request.signal);
  if (!goesOn) return reply;
  return reach(signed(again, await session.bearer(request.signal)));
}

function signed(request: Request, token: string | undefined): Request {
  if (token !== undefined) request.headers.set("Authorization", `Bearer ${token}`);
  const workspace = chosenWorkspace();
  if (workspace !== undefined) request.headers.set("Lathe-Workspace", workspace);
  return request;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw unreachable();
  }
}

/** For addresses that only the description of a model knows: signed, repeated and refused like every other request. */
export async function ask(
  method: string,
  path: string,
  init: Omit<RequestInit, "method"> = {},
): Promise<Response> {
  const response = await send(new Request(new URL(path, window.location.origin), { ...init, method }));
  if (response.ok) return response;
  const error: unknown = await response.json().catch(() => undefined);
  throw failureOf(response, error);
}

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Hands over the data of a reply, or throws what the API said about why there is none. */
export async function unwrap<T>(reply: Promise<Reply<T>>): Promise<T> {
  const { data, error, response } = await reply;
  if (response.ok && data !== undefined) return data;
  throw failureOf(response, error);
}

/** For bytes, of which there may be none: of a reply of length 0 the client below hands over nothing at all. */
export async function unwrapBytes(reply: Promise<Reply<unknown>>): Promise<Blob> {
  const { data, error, response } = await reply;
  if (!response.ok) throw failureOf(response, error);
  if (data instanceof Blob) return data;
  return new Blob([], { type: response.headers.get("Content-Type") ?? "" });
}

/** For replies without content. */
export async function settle(reply: Promise<Reply<unknown>>): Promise<void> {
  const { error, response } = await reply;
  if (!response.ok) throw failureOf(response, error);
}

function failureOf(response: Response, error: unknown): ApiFailure {
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return ApiFailure.fromReply(response.status, error, Number.isFinite(seconds) ? seconds : undefined);
}

/** A fresh key per intention, so that a retried request never starts a second run. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

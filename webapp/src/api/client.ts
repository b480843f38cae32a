// The one HTTP client; every request of the app goes through it and fails with an ApiFailure.
import createClient from "openapi-fetch";
import { ApiFailure, unreachable } from "./failure";
import type { paths } from "./schema";

export const client = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: async (request) => {
    try {
      return await fetch(request);
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
      throw unreachable();
    }
  },
});

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Hands over the data of a reply, or throws what the API said about why there is none. */
export async function unwrap<T>(reply: Promise<Reply<T>>): Promise<T> {
  const { data, error, response } = await reply;
  if (response.ok && data !== undefined) return data;
  throw ApiFailure.fromReply(response.status, error);
}

/** A fresh key per intention, so that a retried request never starts a second run. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

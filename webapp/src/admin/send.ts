// The way from the admin page to its own application: relative addresses, so that it works under any path.
import type { Send } from "@/records";
import { parseExactly, printExactly } from "./exact-json";

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: unknown[] = [],
  ) {
    super(message);
  }
}

export const send: Send = async (method, path, { body, headers, signal } = {}) => {
  const reply = await reach(path, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    body: body === undefined ? undefined : printExactly(body),
    signal,
  });
  const text = reply.status === 204 ? "" : await reply.text();
  if (!reply.ok) throw refusalOf(reply.status, text);
  return { data: text === "" ? null : parseExactly(text), etag: reply.headers.get("etag") };
};

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new Refusal(0, "unreachable", "The application does not answer. Is it running?");
  }
}

function refusalOf(status: number, text: string): Refusal {
  try {
    const { error } = JSON.parse(text);
    if (typeof error.message === "string")
      return new Refusal(status, String(error.code), error.message, error.details);
  } catch {
    // A proxy in front of the application answers with a page of its own.
  }
  return new Refusal(status, "unknown", `The application answered ${status} without saying why.`);
}

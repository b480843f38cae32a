// The keys that requests really carry: the same for attempts at one thing, another for everything else.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { session } from "./browser-session";
import { client, unwrap } from "./client";
import { Intent, useIntent } from "./intent";

let answer: () => Response;
const keys: (string | null)[] = [];
let root: Root;
let form: ReturnType<typeof useForm>;

function useForm() {
  return useIntent(
    (source: string, key) =>
      unwrap(
        client.POST("/api/workflows", { params: { header: { "Idempotency-Key": key } }, body: { source } }),
      ),
    () => undefined,
  );
}

function Form() {
  form = useForm();
  return null;
}

beforeEach(async () => {
  session.begin({ access_token: "a1", expires_in: 600 });
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("fetch", async (request: Request) => {
    keys.push(request.headers.get("Idempotency-Key"));
    return answer();
  });
  keys.length = 0;
  root = createRoot(document.createElement("div"));
  const queries = new QueryClient();
  await act(async () =>
    root.render(createElement(QueryClientProvider, { client: queries }, createElement(Form))),
  );
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function send(source: string): Promise<void> {
  await act(async () => {
    await form.mutateAsync(source).catch(() => undefined);
  });
}

const lost = () => {
  throw new TypeError("connection lost");
};
const made = () => Response.json({ id: "1" }, { status: 201 });

it("repeats the key when the answer was lost, and renews it after a success", async () => {
  answer = lost;
  await send("name: a");
  answer = made;
  await send("name: a");
  await send("name: a");
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

it("takes another key for another content, and when the form opens again", async () => {
  answer = lost;
  await send("name: a");
  await send("name: b");
  await act(async () => form.reset());
  await send("name: b");
  expect(new Set(keys).size).toBe(3);
});

it("does not take up an attempt of long ago", () => {
  vi.useFakeTimers();
  const intent = new Intent();
  const first = intent.keyFor("ship");
  vi.advanceTimersByTime(60_000);
  expect(intent.keyFor("ship")).toBe(first);
  vi.advanceTimersByTime(60_000);
  expect(intent.keyFor("ship")).not.toBe(first);
});

// That nothing is live, that it is not known yet, that the server can't tell and that it could not be asked are four things.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { client } from "@/api/client";
import { useLive } from "./use-live";

vi.mock("@/api/client", () => ({
  client: { GET: vi.fn() },
  unwrap: (reply: Promise<unknown>) => reply,
}));

let root: Root;
let queries: QueryClient;
let told: ReturnType<typeof useLive> | undefined;

function Probe() {
  told = useLive("a");
  return null;
}

const draw = () => root.render(createElement(QueryClientProvider, { client: queries }, createElement(Probe)));

function answer(list: () => Promise<unknown>, one = list) {
  vi.mocked(client.GET).mockImplementation(((path: string) =>
    path === "/api/applications" ? list() : one()) as unknown as typeof client.GET);
}

beforeEach(() => {
  told = undefined;
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  root = createRoot(document.createElement("div"));
});
afterEach(() => {
  root.unmount();
  queries.clear();
});

it("is not known as long as nobody has answered", async () => {
  answer(() => new Promise(() => {}));
  draw();
  await vi.waitFor(() => expect(told).toEqual({ live: undefined, isPending: true, failure: null }));
});

it("is nothing, or what the server can't tell, as the list says", async () => {
  let live_known = true;
  answer(async () => ({ items: [{ id: "a", live: null, live_known }], next_cursor: null }));
  draw();
  await vi.waitFor(() => expect(told).toEqual({ live: null, isPending: false, failure: null }));
  live_known = false;
  await queries.refetchQueries();
  await vi.waitFor(() => expect(told).toEqual({ live: undefined, isPending: false, failure: null }));
});

it("says why it could not be asked", async () => {
  answer(() => Promise.reject(new Error("it is away")));
  draw();
  await vi.waitFor(() => expect(told?.failure).toEqual(new Error("it is away")));
  expect(told).toMatchObject({ live: undefined, isPending: false });
});

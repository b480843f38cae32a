// How many applications are is asked a few at a time, and not of those that are only scrolled past.
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { getHealthInPassing } from "./application-health";

const asked: string[] = [];
const answers = new Map<string, () => void>();

vi.mock("./client", () => ({
  client: {
    GET: (_path: string, { params }: { params: { path: { id: string } } }) => {
      asked.push(params.path.id);
      return new Promise((resolve) => answers.set(params.path.id, () => resolve({ status: "healthy" })));
    },
  },
  unwrap: (reply: Promise<unknown>) => reply,
}));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("asks four at a time, in their order, and none that has gone out of sight", async () => {
  const queries = new QueryClient();
  const look = (id: string) => new QueryObserver(queries, getHealthInPassing(id)).subscribe(() => {});
  look("passed by")();
  const rows = ["a", "b", "c", "d", "e", "f"].map(look);
  await vi.advanceTimersByTimeAsync(70);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(20);
  expect(asked).toEqual(["a", "b", "c", "d"]);
  rows[4]?.();
  answers.get("b")?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(["a", "b", "c", "d", "f"]);
  for (const answer of answers.values()) answer();
  for (const stop of rows) stop();
  await vi.advanceTimersByTimeAsync(0);
  queries.clear();
});

// What was sent is not kept longer than the form that sent it.
import { MutationObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { queryClient } from "./query-client";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  queryClient.clear();
});

const kept = () =>
  JSON.stringify(
    queryClient
      .getMutationCache()
      .getAll()
      .map(({ state }) => state),
  );

it("forgets a secret once nobody looks at its form any more", async () => {
  const form = new MutationObserver(queryClient, {
    mutationFn: async (sent: { value: string }) => ({ made: sent.value.length }),
  });
  const leave = form.subscribe(() => undefined);
  await form.mutate({ value: "hunter2" });
  await vi.advanceTimersByTimeAsync(60_000);
  // An answer such as a new token is shown for as long as somebody needs.
  expect(kept()).toMatch(/hunter2/);
  leave();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(kept()).toBe("[]");
});

it("forgets what was answered after the form was left", async () => {
  let answer: (made: boolean) => void = () => undefined;
  const form = new MutationObserver(queryClient, {
    mutationFn: (_sent: string) =>
      new Promise<boolean>((resolve) => {
        answer = resolve;
      }),
  });
  const leave = form.subscribe(() => undefined);
  const sent = form.mutate("hunter2");
  await vi.advanceTimersByTimeAsync(0);
  leave();
  await vi.advanceTimersByTimeAsync(10_000);
  answer(true);
  await sent;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(kept()).toBe("[]");
});

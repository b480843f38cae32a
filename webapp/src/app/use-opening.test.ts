// What is opened by its address, and what comes of it when the address is another one meanwhile.
import { act, createElement, useCallback } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useOpening } from "./use-opening";

let root: Root;
let shown: ReturnType<typeof useOpening>;
let reading: Record<string, { answer: () => void; fail: (cause: unknown) => void }>;
let taken: string[];

function Screen({ id }: { id: string }) {
  const open = useCallback(
    () =>
      new Promise<() => void>((resolve, reject) => {
        reading[id] = { answer: () => resolve(() => taken.push(id)), fail: reject };
      }),
    [id],
  );
  shown = useOpening(true, open);
  return null;
}

const show = (id: string) => act(async () => root.render(createElement(Screen, { id })));

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  root = createRoot(document.createElement("div"));
  reading = {};
  taken = [];
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

it("says of no other one why it could not be opened, and not of the same before it was tried again", async () => {
  await show("a");
  await act(async () => reading.a?.fail("gone"));
  expect(shown.failure).toBe("gone");
  await show("b");
  expect(shown.failure).toBeNull();
  await show("a");
  expect(shown.failure).toBeNull();
  await act(async () => reading.a?.fail("gone again"));
  expect(shown.failure).toBe("gone again");
  await act(async () => shown.onRetry());
  expect(shown.failure).toBeNull();
});

it("takes up nothing that comes after they went on", async () => {
  await show("a");
  await show("b");
  await act(async () => {
    reading.a?.answer();
    reading.b?.answer();
  });
  expect(taken).toEqual(["b"]);
});

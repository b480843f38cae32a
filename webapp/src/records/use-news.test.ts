// News of a list are read at once where its beginning is in sight, and otherwise when it comes into sight again.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useNews } from "./use-news";

let root: Root;
let tell: (() => void) | undefined;
const read = vi.fn();
const news = (onNews: () => void) => {
  tell = onNews;
  return () => {
    tell = undefined;
  };
};

function List({ isAtTop }: { isAtTop: boolean }) {
  useNews(news, isAtTop, read);
  return null;
}

const draw = (isAtTop: boolean) => act(async () => root.render(createElement(List, { isAtTop })));

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  read.mockReset();
  root = createRoot(document.createElement("div"));
});
afterEach(async () => {
  await act(async () => root.unmount());
  expect(tell).toBeUndefined();
  vi.unstubAllGlobals();
});

it("reads once for each, and nothing without any", async () => {
  await draw(true);
  expect(read).not.toHaveBeenCalled();
  await act(async () => tell?.());
  await draw(true);
  expect(read).toHaveBeenCalledTimes(1);
  await act(async () => tell?.());
  expect(read).toHaveBeenCalledTimes(2);
});

it("waits while somebody looks further down, and reads once then", async () => {
  await draw(false);
  await act(async () => tell?.());
  await act(async () => tell?.());
  expect(read).not.toHaveBeenCalled();
  await draw(true);
  expect(read).toHaveBeenCalledTimes(1);
});

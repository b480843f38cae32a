// News of a list are read at once where its beginning is in sight, and otherwise when it comes into sight again; never
// while it is being read, but once more afterwards.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useListNews } from "./use-list-news";

let root: Root;
let tell: (() => void) | undefined;
const refetch = vi.fn();
const news = (onNews: () => void) => {
  tell = onNews;
  return () => {
    tell = undefined;
  };
};

function List({ isAtTop, isReading }: { isAtTop: boolean; isReading: boolean }) {
  useListNews(news, { isAtTop, isReading, refetch });
  return null;
}

const draw = (isAtTop: boolean, isReading = false) =>
  act(async () => root.render(createElement(List, { isAtTop, isReading })));

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  refetch.mockReset();
  root = createRoot(document.createElement("div"));
});
afterEach(async () => {
  await act(async () => root.unmount());
  expect(tell).toBeUndefined();
  vi.unstubAllGlobals();
});

it("reads once for each, and nothing without any", async () => {
  await draw(true);
  expect(refetch).not.toHaveBeenCalled();
  await act(async () => tell?.());
  await draw(true);
  expect(refetch).toHaveBeenCalledTimes(1);
  await act(async () => tell?.());
  expect(refetch).toHaveBeenCalledTimes(2);
});

it("waits while somebody looks further down, and reads once then", async () => {
  await draw(false);
  await act(async () => tell?.());
  await act(async () => tell?.());
  expect(refetch).not.toHaveBeenCalled();
  await draw(true);
  expect(refetch).toHaveBeenCalledTimes(1);
});

it("takes back no slow list under news, and reads it once more when it is there", async () => {
  await draw(true, true);
  await act(async () => tell?.());
  await act(async () => tell?.());
  expect(refetch).not.toHaveBeenCalled();
  await draw(true, false);
  expect(refetch).toHaveBeenCalledTimes(1);
  expect(refetch).toHaveBeenCalledWith({ cancelRefetch: false });
  await draw(true, true);
  await act(async () => tell?.());
  await draw(true, false);
  expect(refetch).toHaveBeenCalledTimes(2);
  await draw(true, true);
  await draw(true, false);
  expect(refetch).toHaveBeenCalledTimes(2);
});

// A prompt that was made and could not be read is known by its id all the same, and its next text is a version of it.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiFailure, unreachable } from "@/api/failure";
import type { Prompt } from "@/api/types";
import { UNREAD } from "@/api/versioned";
import { openPrompt } from "./api/open-prompt";
import { createPrompt, savePrompt } from "./api/save-prompt";
import { PromptStore } from "./store";
import { useSave } from "./use-save";

vi.mock("./api/open-prompt");
vi.mock("./api/save-prompt");

const prompt = (content: string) =>
  ({
    id: "p",
    name: "greeting",
    description: "",
    version: 1,
    labels: {},
    shown: { content, variables: [] },
  }) as unknown as Prompt;

let root: Root;
let saving: ReturnType<typeof useSave>;
const onCreated = vi.fn();

function Screen({ store }: { store: PromptStore }) {
  saving = useSave(store, onCreated);
  return null;
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  localStorage.clear();
  vi.resetAllMocks();
  root = createRoot(document.createElement("div"));
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

it("saves on top of what it has made and could not read", async () => {
  const store = new PromptStore(undefined);
  const screen = createElement(Screen, { store });
  await act(async () =>
    root.render(createElement(QueryClientProvider, { client: new QueryClient() }, screen)),
  );
  vi.mocked(createPrompt).mockResolvedValue(prompt("Hello"));
  vi.mocked(openPrompt)
    .mockRejectedValueOnce(unreachable())
    .mockResolvedValue({ prompt: prompt("Hello"), etag: '"1"' });
  vi.mocked(savePrompt).mockImplementation(async (_id, _base, { content }, etag) => {
    if (etag !== '"1"') throw new ApiFailure(412, "precondition_failed", "it fits nothing");
    return { prompt: prompt(content), etag: '"2"' };
  });
  await act(async () => {
    store.set("name", "greeting");
    store.set("content", "Hello");
    await saving.save();
  });
  expect([saving.failure, store.base.id, store.isDirty]).toEqual([null, "p", false]);
  await act(async () => {
    store.set("content", "Hello again");
    await saving.save();
  });
  expect(createPrompt).toHaveBeenCalledOnce();
  expect(onCreated).toHaveBeenCalledExactlyOnceWith("p");
  expect(vi.mocked(savePrompt).mock.calls.map(([, , , etag]) => etag)).toEqual([UNREAD, '"1"']);
  expect([saving.failure, saving.conflict, store.isDirty]).toEqual([null, null, false]);
});

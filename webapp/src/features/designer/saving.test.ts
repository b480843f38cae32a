// Saving as a screen does it: twice at once, with an answer that is lost on the way, and with edits that come in between.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiFailure, unreachable } from "@/api/failure";
import type { NodeKind, Workflow } from "@/api/types";
import { UNREAD } from "@/api/versioned";
import { type Opened, openWorkflow } from "./api/open-workflow";
import { createFromDraft, saveDraft } from "./api/save-workflow";
import { DesignerStore } from "./store";
import { useSave } from "./use-save";

vi.mock("./api/open-workflow");
vi.mock("./api/save-workflow");

const kind = { title: "HTTP request", ports: ["out"], scripts: [] as string[] } as NodeKind;
const catalogue = { kinds: new Map([["http.request", kind]]), ports: new Map() };

function opened(etag: string, nodes: readonly string[] = ["a"]): Opened {
  const document = { lathe: 1, name: "flow", nodes: nodes.map((id) => ({ id, kind: "http.request" })) };
  const layout = Object.fromEntries(nodes.map((id) => [id, { x: 0, y: 0 }]));
  return { workflow: { id: "w", version: 1, document, layout } as unknown as Workflow, etag };
}

let root: Root;
let saving: ReturnType<typeof useSave>;
const onCreated = vi.fn();

function Screen({ store }: { store: DesignerStore }) {
  saving = useSave(store, onCreated);
  return null;
}

async function show(of: Opened | undefined): Promise<DesignerStore> {
  const kept = { pins: {}, etag: undefined };
  const server = { read: async () => kept, write: async () => kept };
  const store = new DesignerStore(catalogue, of, { server, kept });
  const screen = createElement(Screen, { store });
  await act(async () =>
    root.render(createElement(QueryClientProvider, { client: new QueryClient() }, screen)),
  );
  return store;
}

const label = (store: DesignerStore, value: string, node = "a") =>
  store.perform(`Label ${node}`, [{ op: "set", node, path: ["label"], value }]);

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  localStorage.clear();
  vi.resetAllMocks();
  root = createRoot(document.createElement("div"));
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("sends once what is saved twice at once, and what was edited meanwhile with the new mark", async () => {
  const store = await show(opened('"1"'));
  label(store, "First");
  const answers: ((saved: Opened) => void)[] = [];
  vi.mocked(saveDraft).mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  await act(async () => {
    const first = saving.save();
    const second = saving.save();
    label(store, "Second");
    const third = saving.save();
    expect(saveDraft).toHaveBeenCalledTimes(1);
    answers[0]?.(opened('"2"'));
    await first;
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.(opened('"3"'));
    await Promise.all([second, third]);
  });
  expect(vi.mocked(saveDraft).mock.calls.map(([, , etag]) => etag)).toEqual(['"1"', '"2"']);
  expect([store.isDirty, saving.conflict, saving.failure]).toEqual([false, null, null]);
});

it("knows what it has made by its id, though it could not be read, and saves a much later edit on top of it", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const store = await show(undefined);
  const made = opened("", []);
  vi.mocked(createFromDraft).mockResolvedValue({ ...made, etag: undefined });
  vi.mocked(openWorkflow).mockRejectedValueOnce(unreachable());
  await act(async () => void (await saving.save()));
  expect([saving.failure, store.base.id, store.isDirty]).toEqual([null, "w", false]);
  expect(onCreated).toHaveBeenCalledExactlyOnceWith("w");

  vi.setSystemTime(Date.now() + 3_600_000);
  vi.mocked(openWorkflow).mockResolvedValue({
    workflow: { ...made.workflow, ...store.base.draft } as unknown as Workflow,
    etag: '"1"',
  });
  vi.mocked(saveDraft).mockImplementation(async (_id, _draft, etag) => {
    if (etag !== '"1"') throw new ApiFailure(412, "precondition_failed", "it fits nothing");
    return opened('"2"');
  });
  await act(async () => {
    store.perform("Name it", [{ op: "set", path: ["label"], value: "Mine" }]);
    await saving.save();
  });
  expect(createFromDraft).toHaveBeenCalledOnce();
  expect(vi.mocked(saveDraft).mock.calls.map(([, , etag]) => etag)).toEqual([UNREAD, '"1"']);
  expect([saving.failure, saving.conflict, store.isDirty]).toEqual([null, null, false]);
});

it("writes over nothing that somebody else has done to what was made and not read", async () => {
  const store = await show(undefined);
  vi.mocked(createFromDraft).mockResolvedValue({ ...opened("", []), etag: undefined });
  vi.mocked(openWorkflow)
    .mockRejectedValueOnce(unreachable())
    .mockResolvedValue(opened('"1"', ["theirs"]));
  vi.mocked(saveDraft).mockRejectedValue(new ApiFailure(412, "precondition_failed", "it fits nothing"));
  await act(async () => void (await saving.save()));
  await act(async () => {
    store.perform("Name it", [{ op: "set", path: ["label"], value: "Mine" }]);
    await saving.save();
  });
  expect(saving.conflict).not.toBeNull();
  expect(saveDraft).toHaveBeenCalledOnce();
});

it("puts on top what counts only since the dialog has the keyboard, and says what of it is not possible", async () => {
  const store = await show(opened('"1"', ["a", "b"]));
  label(store, "Mine");
  vi.mocked(saveDraft).mockRejectedValue(new ApiFailure(412, "precondition_failed", "somebody was faster"));
  vi.mocked(openWorkflow).mockResolvedValue(opened('"2"', ["a"]));
  await act(async () => void (await saving.save()));
  expect(saving.conflict?.refused).toEqual([]);
  await act(async () => {
    label(store, "Typed to the end");
    label(store, "Gone", "b");
  });
  expect(saving.conflict?.refused.map(({ title }) => title)).toEqual(["Label b"]);
  await act(async () => saving.settle("merge"));
  expect(saving.conflict).toBeNull();
  expect(store.draft.document.nodes).toMatchObject([{ id: "a", label: "Typed to the end" }]);
  expect(store.base.etag).toBe('"2"');
});

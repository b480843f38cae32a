// What is saved on top of a version that was published meanwhile; what somebody else has changed is never written over.
import { beforeEach, expect, it, vi } from "vitest";
import { ApiFailure } from "@/api/failure";
import type { NodeKind, Workflow } from "@/api/types";
import { openWorkflow } from "./api/open-workflow";
import { saveDraft } from "./api/save-workflow";
import { DesignerStore } from "./store";
import { saveOnTop } from "./use-save";

vi.mock("./api/open-workflow");
vi.mock("./api/save-workflow");

const kind = { title: "HTTP request", ports: ["out"], scripts: [] as string[] } as NodeKind;
const catalogue = { kinds: new Map([["http.request", kind]]), ports: new Map() };

function opened(etag: string, changes: Partial<Workflow> = {}) {
  const document = { lathe: 1, name: "flow", nodes: [{ id: "a", kind: "http.request" }] };
  const layout = { a: { x: 0, y: 0 } };
  return { workflow: { id: "w", version: 1, document, layout, ...changes } as unknown as Workflow, etag };
}

function storeOf(): DesignerStore {
  const kept = { pins: {}, etag: undefined };
  const server = { read: async () => kept, write: async () => kept };
  return new DesignerStore(catalogue, opened('"1"'), { server, kept });
}

const outdated = new ApiFailure(412, "precondition_failed", "somebody was faster");

beforeEach(() => {
  localStorage.clear();
  vi.resetAllMocks();
  vi.mocked(saveDraft).mockRejectedValueOnce(outdated);
});

it("saves again where only the state is another one, as after publishing", async () => {
  const store = storeOf();
  const saved = opened('"3"', { version: 2 });
  vi.mocked(openWorkflow).mockResolvedValue(opened('"2"'));
  vi.mocked(saveDraft).mockResolvedValue(saved);
  expect(await saveOnTop(store, "w", store.draft)).toBe(saved);
  expect(vi.mocked(saveDraft).mock.calls.map(([, , etag]) => etag)).toEqual(['"1"', '"2"']);
});

it.each([
  ["another layout of the same version", opened('"2"', { layout: { a: { x: 40, y: 0 } } })],
  ["another version", opened('"2"', { version: 2 })],
])("is refused where there is %s", async (_, theirs) => {
  const store = storeOf();
  vi.mocked(openWorkflow).mockResolvedValue(theirs);
  await expect(saveOnTop(store, "w", store.draft)).rejects.toBe(outdated);
  expect(saveDraft).toHaveBeenCalledOnce();
});

it("is refused where the server can't be asked what it has", async () => {
  const store = storeOf();
  vi.mocked(openWorkflow).mockRejectedValue(new ApiFailure(503, "unavailable", "later"));
  await expect(saveOnTop(store, "w", store.draft)).rejects.toBe(outdated);
  expect(saveDraft).toHaveBeenCalledOnce();
});

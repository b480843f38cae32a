// Several files at once: a few at a time, each with its own end, and any of them cancelled or sent again.
import { expect, it } from "vitest";
import type { Upload } from "./api/upload-file";
import { Uploads } from "./uploads";

/** A server that answers when it is told to. */
function server() {
  const asked: (Upload & { answer: (failure?: unknown) => void })[] = [];
  const send = (upload: Upload) =>
    new Promise<void>((resolve, reject) => {
      upload.signal.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
      asked.push({ ...upload, answer: (failure) => (failure === undefined ? resolve() : reject(failure)) });
    });
  return { asked, send };
}

function named(...names: string[]): File[] {
  return names.map((name) => new File(["x"], name));
}

const kinds = (uploads: Uploads) => uploads.read().map(({ state }) => state.kind);
const settle = () =>
  new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))));

it("sends three at a time, and goes on when one has ended", async () => {
  const { asked, send } = server();
  let done = 0;
  const uploads = new Uploads(send, () => done++);
  uploads.add(named("a", "b", "c", "d"));
  expect(kinds(uploads)).toEqual(["sending", "sending", "sending", "waiting"]);
  asked[1]?.answer();
  await settle();
  expect(kinds(uploads)).toEqual(["sending", "done", "sending", "sending"]);
  expect(done).toBe(1);
});

it("tells how far each has come", () => {
  const { asked, send } = server();
  const uploads = new Uploads(send, () => undefined);
  uploads.add(named("a"));
  asked[0]?.onProgress(0.5);
  expect(uploads.read()[0]?.state).toEqual({ kind: "sending", sent: 0.5 });
});

it("keeps what was refused, to be sent again in place of the other one", async () => {
  const { asked, send } = server();
  const uploads = new Uploads(send, () => undefined);
  uploads.add(named("a"));
  asked[0]?.answer(new Error("The name is taken."));
  await settle();
  expect(kinds(uploads)).toEqual(["refused"]);
  const [item] = uploads.read();
  if (item) uploads.again(item.id, true);
  expect(asked[1]?.replace).toBe(true);
  asked[1]?.answer();
  await settle();
  expect(kinds(uploads)).toEqual(["done"]);
});

it("does not send what the server would refuse for its size", async () => {
  const { asked, send } = server();
  const uploads = new Uploads(send, () => undefined);
  uploads.most = 3;
  uploads.add([new File(["four"], "large"), new File(["one"], "small")]);
  expect(uploads.read().map(({ state }) => state)).toEqual([
    { kind: "too_large", most: 3 },
    { kind: "sending", sent: 0 },
  ]);
  expect(asked.map(({ file }) => file.name)).toEqual(["small"]);
  asked[0]?.answer();
  await settle();
  uploads.clear();
  expect(uploads.read()).toEqual([]);
});

it("cancels what is sent and what waits, and clears what has ended", async () => {
  const { asked, send } = server();
  const uploads = new Uploads(send, () => undefined);
  uploads.add(named("a", "b", "c", "d"));
  const [first, , , last] = uploads.read();
  if (last) uploads.cancel(last.id);
  if (first) uploads.cancel(first.id);
  await settle();
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(asked).toHaveLength(3);
  expect(kinds(uploads)).toEqual(["cancelled", "sending", "sending", "cancelled"]);
  uploads.clear();
  expect(kinds(uploads)).toEqual(["sending", "sending"]);
});

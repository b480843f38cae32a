// A file whose token had run out is sent once more, but not when it was cancelled while there was none.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { session } from "@/api/browser-session";
import { uploadFile } from "./upload-file";

let sent: (string | undefined)[];
let exchanges: ((reply: Response) => void)[];

/** Refuses the first token, and takes every other. */
class FakeRequest {
  upload = {};
  status = 0;
  responseText = "";
  onload = () => {};
  onabort = () => {};
  private token: string | undefined;
  open() {}
  setRequestHeader(name: string, value: string) {
    if (name === "Authorization") this.token = value;
  }
  getResponseHeader() {
    return null;
  }
  send() {
    sent.push(this.token);
    this.status = this.token === "Bearer a1" ? 401 : 201;
    queueMicrotask(() => this.onload());
  }
  abort() {
    this.onabort();
  }
}

beforeEach(() => {
  sent = [];
  exchanges = [];
  session.begin({ access_token: "a1", expires_in: 600 });
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => exchanges.push(resolve)));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function begun() {
  const cancel = new AbortController();
  const done = uploadFile({
    file: new File(["x"], "a"),
    replace: false,
    signal: cancel.signal,
    onProgress: () => {},
  });
  return { cancel, done };
}

const isRenewing = () => vi.waitFor(() => expect(exchanges).toHaveLength(1));
const renew = () => exchanges[0]?.(Response.json({ access_token: "a2", expires_in: 600 }));

it("sends it again with the next token", async () => {
  const { done } = begun();
  await isRenewing();
  renew();
  await done;
  expect(sent).toEqual(["Bearer a1", "Bearer a2"]);
});

it("does not when it was cancelled meanwhile", async () => {
  const { cancel, done } = begun();
  const ended = expect(done).rejects.toThrow(DOMException);
  await isRenewing();
  cancel.abort();
  renew();
  await ended;
  expect(sent).toEqual(["Bearer a1"]);
});

// Sends one file as a form of a browser does. Only the browser's older way of asking tells how far it has come.
import { session } from "@/api/browser-session";
import { newIdempotencyKey } from "@/api/client";
import { ApiFailure, unreachable } from "@/api/failure";
import { chosenWorkspace } from "@/api/workspace";

export interface Upload {
  file: File;
  /** Takes the place of the file of the same name. */
  replace: boolean;
  signal: AbortSignal;
  onProgress: (sent: number) => void;
}

export async function uploadFile(upload: Upload): Promise<void> {
  const key = newIdempotencyKey();
  const token = await session.bearer(upload.signal);
  const reply = await send(upload, token, key);
  if (reply.status !== 401 || token === undefined) return settled(reply);
  if (!(await session.renewOrWait(token, upload.signal))) return settled(reply);
  settled(await send(upload, await session.bearer(upload.signal), key));
}

interface Reply {
  status: number;
  text: string;
  retryAfter: number | undefined;
}

function settled({ status, text, retryAfter }: Reply): void {
  if (status >= 200 && status < 300) return;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  throw ApiFailure.fromReply(status, body, retryAfter);
}

function send({ file, replace, signal, onProgress }: Upload, token: string | undefined, key: string) {
  return new Promise<Reply>((resolve, reject) => {
    // It may have been cancelled while there was a token to wait for, which nobody is told of any more.
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open("POST", `/api/files${replace ? "?replace=true" : ""}`);
    if (token !== undefined) request.setRequestHeader("Authorization", `Bearer ${token}`);
    const workspace = chosenWorkspace();
    if (workspace !== undefined) request.setRequestHeader("Lathe-Workspace", workspace);
    request.setRequestHeader("Idempotency-Key", key);
    request.upload.onprogress = ({ loaded, total }) =>
      onProgress(total > 0 ? Math.min(1, loaded / total) : 0);
    request.onload = () => {
      const seconds = Number(request.getResponseHeader("Retry-After") ?? Number.NaN);
      const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
      resolve({ status: request.status, text: request.responseText, retryAfter });
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

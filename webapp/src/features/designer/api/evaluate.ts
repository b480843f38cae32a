// What a text with expressions evaluates to over given data. A server that does not offer it is asked once.
import { client } from "@/api/client";
import { isRecord, type JsonRecord } from "@/lib/json";
import { sayFault } from "@/lib/server-sentences";
import type { SampleData } from "../expressions/sample";

export type Evaluated = { value: unknown } | { error: string };

export interface Tried {
  text: string;
  /** Expressions in a text, one expression that is the whole text, or a script. */
  form: "text" | "expression" | "script";
  /** What a script is given. */
  args?: unknown;
}

let isOffered = true;

type Post = (
  path: string,
  init: { body: unknown; signal: AbortSignal },
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** Nothing when there is no telling. */
export async function evaluate(
  { text, form, args }: Tried,
  { inputs, nodes, vars }: SampleData,
  locals: JsonRecord,
  signal: AbortSignal,
): Promise<Evaluated | undefined> {
  if (!isOffered) return undefined;
  const post = client.POST as unknown as Post;
  const reply = await post("/api/workflows/evaluate", {
    body: { text, form, ...(args !== undefined && { args }), data: { inputs, nodes, vars, locals } },
    signal,
  });
  if (reply.response.status === 404 || reply.response.status === 405) {
    isOffered = false;
    return undefined;
  }
  if (reply.response.ok) return isRecord(reply.data) ? { value: reply.data.value } : undefined;
  if (reply.response.status !== 422) return undefined;
  const error = isRecord(reply.error) ? reply.error.error : undefined;
  if (!isRecord(error)) return undefined;
  const detail = Array.isArray(error.details) ? error.details.find(isRecord) : undefined;
  const message = detail?.message ?? error.message;
  return typeof message === "string" ? { error: sayFault(message) } : undefined;
}

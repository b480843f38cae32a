// A prompt at its newest version, with the mark by which the server knows whether somebody else has changed it since.
import { client, unwrap } from "@/api/client";
import type { Prompt } from "@/api/types";

export interface Opened {
  prompt: Prompt;
  etag: string | undefined;
}

export async function openPrompt(id: string, signal?: AbortSignal): Promise<Opened> {
  return opened(client.GET("/api/prompts/{id}", { params: { path: { id } }, signal }));
}

/** What a reply says of a prompt, with its mark. */
export async function opened(reply: Parameters<typeof unwrap<Prompt>>[0]): Promise<Opened> {
  const prompt = await unwrap(reply);
  return { prompt, etag: (await reply).response.headers.get("ETag") ?? undefined };
}

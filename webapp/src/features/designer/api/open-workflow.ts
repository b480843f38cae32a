// A workflow to be edited, with the mark by which the server knows whether somebody else has changed it since.
import { client, unwrap } from "@/api/client";
import type { Workflow } from "@/api/types";

export interface Opened {
  workflow: Workflow;
  etag: string | undefined;
}

export async function openWorkflow(id: string, signal?: AbortSignal): Promise<Opened> {
  const reply = client.GET("/api/workflows/{id}", { params: { path: { id } }, signal });
  const workflow = await unwrap(reply);
  return { workflow, etag: (await reply).response.headers.get("ETag") ?? undefined };
}

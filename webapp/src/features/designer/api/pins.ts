// The pins of a workflow, with the mark by which the server knows whether somebody else has changed them since.
import { client, unwrap } from "@/api/client";
import type { KeptPins, PinServer } from "../pins/pin-keeper";
import { readChanges, withChanges } from "../pins/pins";

export async function readPins(id: string, signal?: AbortSignal): Promise<KeptPins> {
  const reply = client.GET("/api/workflows/{id}/pins", { params: { path: { id } }, signal });
  return keptOf(await unwrap(reply), (await reply).response);
}

export const pinServer: PinServer = {
  read: (id) => readPins(id),
  write: async (id, pins, etag) => {
    const reply = client.PUT("/api/workflows/{id}/pins", {
      params: { path: { id }, header: { "If-Match": etag } },
      body: { pins: { ...pins } },
    });
    return keptOf(await unwrap(reply), (await reply).response);
  },
};

function keptOf(body: { pins: unknown }, response: Response): KeptPins {
  return { pins: withChanges({}, readChanges(body.pins)), etag: response.headers.get("ETag") ?? undefined };
}

// A model that stands alone, to be designed on its own.

import { client, unwrap } from "@/api/client";
import type { Intent } from "@/api/intent";
import type { Model } from "@/api/types";
import { UNREAD } from "@/api/versioned";
import { t } from "@/lib/i18n";
import { type Draft, onlyIdsOf } from "../operations/document";
import { draftOf, type Opened } from "./opened";

export async function openLoneModel(id: string, signal?: AbortSignal): Promise<Opened> {
  const reply = client.GET("/api/models/{id}", { params: { path: { id } }, signal });
  return opened(await unwrap(reply), (await reply).response.headers.get("ETag") ?? undefined);
}

export async function saveLoneModel(
  draft: Draft,
  base: Omit<Opened, "home"> | undefined,
  intent: Intent,
): Promise<Opened> {
  const known = base ? onlyIdsOf(draft.document, base.draft.document) : draft.document;
  const [model] = known.models;
  if (!model) throw new Error(t("There is no model to be saved."));
  const { id: _, ...body } = { label: "", ...model };
  if (!base) {
    const made = await unwrap(
      client.POST("/api/models", {
        params: { header: { "Idempotency-Key": intent.keyFor(body) } },
        body: body as never,
      }),
    );
    intent.renew();
    // Made it is, and known by its id from now on, though it can't be read: another attempt would find its own name taken.
    return openLoneModel(made.id).catch(() => opened(made, UNREAD));
  }
  const { id, etag } = base;
  const reply = client.PUT("/api/models/{id}", {
    params: { path: { id }, header: { "If-Match": etag } },
    body: body as never,
  });
  return opened(await unwrap(reply), (await reply).response.headers.get("ETag") ?? undefined);
}

function opened({ id, name, label, fields }: Model, etag: string | undefined): Opened {
  const draft = draftOf({ models: [{ id, name, label, fields }] }, {});
  return { home: "model", id, etag, draft, configuration: {} };
}

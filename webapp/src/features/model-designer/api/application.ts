// An application to be designed: read together with its models, and kept as a whole.
import { client, unwrap } from "@/api/client";
import type { Intent } from "@/api/intent";
import type { Application, Model } from "@/api/types";
import { UNREAD } from "@/api/versioned";
import type { JsonRecord } from "@/lib/json";
import { type Draft, onlyIdsOf } from "../operations/document";
import { draftOf, type Opened } from "./opened";

export async function openApplication(id: string, signal?: AbortSignal): Promise<Opened> {
  // The application first: models that change in between make its mark too old, and not the models.
  const reply = client.GET("/api/applications/{id}", { params: { path: { id } }, signal });
  const application = await unwrap(reply);
  const models = await readModels(id, signal);
  return opened(application, models, (await reply).response.headers.get("ETag") ?? undefined);
}

/** `base` is what the server has as far as anybody here knows; nothing for an application that is new. */
export async function saveApplication(
  draft: Draft,
  base: Omit<Opened, "home"> | undefined,
  intent: Intent,
  /** Told of the new mark as soon as it is kept, though its models could not be read afterwards. */
  onKept: (etag: string | undefined) => void,
): Promise<Opened> {
  const { document, layout } = draft;
  const known = base ? onlyIdsOf(document, base.draft.document) : document;
  const body = {
    name: known.name,
    label: textOr(known.label),
    description: textOr(known.description),
    configuration: { ...base?.configuration, layout: layout as JsonRecord },
    models: known.models as never,
    relationships: known.relationships as never,
  };
  if (!base) {
    const { id, configuration } = await unwrap(
      client.POST("/api/applications", {
        params: { header: { "Idempotency-Key": intent.keyFor(body) } },
        body,
      }),
    );
    intent.renew();
    // Made it is, and known by its id from now on, though it can't be read: another attempt would find its own name taken.
    return openApplication(id).catch(() => ({ home: "application", id, etag: UNREAD, draft, configuration }));
  }
  const { id, etag } = base;
  const reply = client.PUT("/api/applications/{id}", {
    params: { path: { id }, header: { "If-Match": etag } },
    body,
  });
  const application = await unwrap(reply);
  const mark = (await reply).response.headers.get("ETag") ?? undefined;
  onKept(mark);
  return opened(application, await readModels(id), mark);
}

async function readModels(application_id: string, signal?: AbortSignal): Promise<Model[]> {
  const models: Model[] = [];
  let cursor: string | undefined;
  do {
    const query = { application_id, limit: 100, cursor };
    const page = await unwrap(client.GET("/api/models", { params: { query }, signal }));
    models.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return models;
}

function opened(application: Application, models: readonly Model[], etag: string | undefined): Opened {
  const { id, name, label, description, relationships } = application;
  const configuration: JsonRecord = application.configuration;
  const parts = models.map(({ id, name, label, fields }) => ({ id, name, label, fields }));
  const draft = draftOf({ name, label, description, models: parts, relationships }, configuration.layout);
  return { home: "application", id, etag, draft, configuration };
}

function textOr(value: unknown): string {
  return typeof value === "string" ? value : "";
}

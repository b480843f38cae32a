// Lathe as a host of the record screens: its session signs their requests, its router takes them around, its server keeps
// the views that people save.

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { Link, useNavigate } from "react-router";
import { FailureNotice } from "@/components/failure-notice";
import { SkeletonRows } from "@/components/skeleton";
import { ToldAction, ToldOutcome } from "@/features/audit/told-entry";
import { ownKey } from "@/lib/draft-owner";
import { t } from "@/lib/i18n";
import {
  type DraftStore,
  type Manifest,
  modelOf,
  RecordsClient,
  RecordsProvider,
  readManifest,
  type SavedView,
  type ViewStore,
} from "@/records";
import { recordPath } from "./places";
import { getMeta, sendRecord } from "./record-api";
import { RECORD_SECTIONS } from "./record-sections";
import { spoken } from "./record-words";
import { translateManifest } from "./translate-manifest";

/** The description with what this app has to say about it. */
function described(json: unknown): Manifest {
  const manifest = readManifest(json);
  const kept = modelOf(manifest, "trash")?.fields.find(({ name }) => name === "kind")?.options.values ?? [];
  const models = manifest.models.map((model) => ({
    ...model,
    comesBack: kept.some((kind) => model.name === `${kind}s`),
    columns: RECORD_SECTIONS[model.name]?.list?.columns,
    page: RECORD_SECTIONS[model.name]?.page ?? model.page,
  }));
  return translateManifest({ ...manifest, models });
}

const slots = Object.fromEntries(
  Object.entries(RECORD_SECTIONS).flatMap(([model, { list }]) => (list ? [[model, list]] : [])),
);

const told = { Action: ToldAction, Outcome: ToldOutcome };

const views: ViewStore = {
  list: async (model) => {
    const { data } = await sendRecord("GET", `/api/views?${new URLSearchParams({ model })}`);
    return ((data as { items?: SavedView[] } | null)?.items ?? []).filter((view) => view.model === model);
  },
  create: async ({ label: _label, ...view }) =>
    (await sendRecord("POST", "/api/views", { body: view })).data as SavedView,
  update: async ({ id, label: _label, ...view }) =>
    (await sendRecord("PUT", `/api/views/${encodeURIComponent(id)}`, { body: view })).data as SavedView,
  remove: async (id) => {
    await sendRecord("DELETE", `/api/views/${encodeURIComponent(id)}`);
  },
};

const client = new RecordsClient(sendRecord);
/** What is typed is kept over a reload, in this tab only; a secret is not written anywhere but to the server. */
const drafts: DraftStore = {
  getItem: (key) => window.sessionStorage.getItem(ownKey(key)),
  setItem: (key, text) => {
    if (!key.startsWith("records.draft.secrets.")) window.sessionStorage.setItem(ownKey(key), text);
  },
  removeItem: (key) => window.sessionStorage.removeItem(ownKey(key)),
};

/** Stands around every record screen; what is inside can count on the manifest. */
export function LatheRecords({ children }: { children: (manifest: Manifest) => ReactNode }) {
  const query = useQuery({ ...getMeta, select: described });
  if (query.data) return <Provided manifest={query.data}>{children(query.data)}</Provided>;
  if (query.isError)
    return (
      <FailureNotice
        failure={query.error}
        title={t("The description of what is here could not be read")}
        onRetry={() => query.refetch()}
      />
    );
  return <SkeletonRows label={t("Reading what is here")} />;
}

function Provided({ manifest, children }: { manifest: Manifest; children: ReactNode }) {
  const go = useNavigate();
  const host = useMemo(
    () => ({ manifest, client, path: recordPath, go, Link, views, drafts, slots, told, ...spoken() }),
    [manifest, go],
  );
  return <RecordsProvider host={host}>{children}</RecordsProvider>;
}

// The versions of a workflow: what changed in each, drawn and in words, and a way back to any of them.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useMemo, useState } from "react";
import type { WorkflowVersion } from "@/api/types";
import { Button } from "@/components/button";
import { MarkContext } from "@/components/canvas/marks";
import { WorkflowCanvas } from "@/components/canvas/workflow-canvas";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { PanelSection, SidePanel } from "@/components/side-panel";
import { SkeletonRows } from "@/components/skeleton";
import { Waiting } from "@/components/waiting";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { diffVersions, getVersion, listVersions } from "../api/versions";
import { operationsBetween } from "../operations/between";
import { readDocument } from "../operations/document";
import { type DesignerStore, useDesigner } from "../store";
import { DiffList } from "./diff-list";
import { marksOf, mergeVersions } from "./merged";
import { movedNodes, type Placed, placesOfBoth } from "./moved";
import { ChangeSummary } from "./summary";
import { ValueList } from "./value-list";

interface VersionPanelProps {
  store: DesignerStore;
  workflowId: string;
  onClose: () => void;
}

export function VersionPanel({ store, workflowId, onClose }: VersionPanelProps) {
  const newest = useDesigner(store, (each) => each.base.version);
  const [chosen, setChosen] = useState<number | null>(null);
  const [against, setAgainst] = useState<number | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const versions = useInfiniteQuery(listVersions(workflowId));
  const items = versions.data?.pages.flatMap((page) => page.items) ?? [];
  const version = chosen ?? items[0]?.version ?? newest;
  const from = against ?? Math.max(1, version - 1);
  const versionQuery = useQuery(getVersion(workflowId, version));
  const bring = async () => {
    const read = await versionQuery.refetch();
    if (!read.data) return;
    const next = store.draftOf({
      document: read.data.document,
      layout: read.data.layout ?? store.draft.layout,
    });
    if (store.perform(t("Bring back version {{version}}", { version }), operationsBetween(store.draft, next)))
      onClose();
  };
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col md:flex-row">
      <div className="min-h-[50vh] min-w-0 flex-1">
        <Drawing
          key={`${from} ${version}`}
          store={store}
          workflowId={workflowId}
          from={from}
          version={version}
          selected={selected}
          onSelect={setSelected}
        />
      </div>
      <SidePanel
        label={t("Versions")}
        title={<h2 className="font-medium">{t("Versions")}</h2>}
        onClose={onClose}
      >
        <div className="min-h-0 flex-1 space-y-4 overflow-y-auto p-3 pt-0">
          {items.length > 1 && (
            <>
              <PanelSection title={t("Version {{version}}, compared with", { version })}>
                <div className="flex flex-wrap items-center gap-2">
                  <select
                    aria-label={t("Compared with")}
                    className="h-8 rounded-md border border-line-strong bg-page px-2 text-sm"
                    value={from}
                    onChange={(event) => setAgainst(Number(event.target.value))}
                  >
                    {items.map((item) => (
                      <option key={item.version} value={item.version}>
                        {t("version {{version}}", { version: item.version })}
                      </option>
                    ))}
                  </select>
                  {!store.isReadOnly && (
                    <Button disabled={!versionQuery.data} onClick={() => void bring()}>
                      <RotateCcw aria-hidden />
                      {t("Bring version {{version}} back", { version })}
                    </Button>
                  )}
                </div>
              </PanelSection>
              <Changes
                workflowId={workflowId}
                from={from}
                version={version}
                selected={selected}
                onSelect={setSelected}
              />
            </>
          )}
          <PanelSection title={t("All versions")}>
            {versions.isPending && <SkeletonRows rows={3} label={t("Reading the versions")} />}
            {versions.isError && (
              <FailureNotice
                failure={versions.error}
                title={t("The versions could not be read")}
                onRetry={() => versions.refetch()}
              />
            )}
            <ul aria-label={t("All versions")} className="space-y-0.5">
              {items.map((item) => (
                <li key={item.version}>
                  <button
                    type="button"
                    aria-pressed={item.version === version}
                    className={cn(
                      "w-full space-y-0.5 rounded-md px-2 py-1.5 text-left text-sm hover:bg-canvas",
                      item.version === version && "bg-accent-soft",
                    )}
                    onClick={() => {
                      setChosen(item.version);
                      setAgainst(null);
                    }}
                  >
                    <span className="flex items-baseline gap-2">
                      <span className="font-medium">v{item.version}</span>
                      {item.published_at && <span className="text-ok text-xs">{t("published")}</span>}
                      <span className="ml-auto text-muted text-xs">
                        <Ago at={item.created_at} />
                      </span>
                    </span>
                    {(item.note || item.author) && (
                      <span className="flex gap-2 text-muted text-xs">
                        <span className="min-w-0 flex-1 break-words">{item.note}</span>
                        {/* Of a version from before it was noted, nobody knows: nothing is said then. */}
                        {item.author && (
                          <span className="max-w-1/2 shrink-0 truncate">
                            {item.author.name ?? t("somebody")}
                          </span>
                        )}
                      </span>
                    )}
                  </button>
                </li>
              ))}
            </ul>
            {versions.hasNextPage && (
              <Button disabled={versions.isFetchingNextPage} onClick={() => versions.fetchNextPage()}>
                {t("Show more")}
              </Button>
            )}
          </PanelSection>
        </div>
      </SidePanel>
    </div>
  );
}

interface CompareProps {
  workflowId: string;
  from: number;
  version: number;
  /** The node that is chosen in the drawing. */
  selected: string | null;
  onSelect: (node: string | null) => void;
}

function Changes({ workflowId, from, version, selected, onSelect }: CompareProps) {
  const compared = useCompared(workflowId, from, version);
  const { diff, moved } = compared;
  if (from === version) return <p className="text-muted text-sm">{t("This is the first version.")}</p>;
  if (diff.isError)
    return (
      <FailureNotice
        failure={diff.error}
        title={t("The versions could not be compared")}
        onRetry={() => diff.refetch()}
      />
    );
  return (
    <>
      <PanelSection title={t("What changed")}>
        {diff.data ? (
          <DiffList diff={diff.data} moved={moved} />
        ) : (
          <SkeletonRows rows={2} label={t("Comparing the versions")} />
        )}
      </PanelSection>
      {diff.data && <ValueList {...{ workflowId, from, version, selected, onSelect }} diff={diff.data} />}
    </>
  );
}

function Drawing(props: CompareProps & { store: DesignerStore }) {
  const { store, workflowId, from, version, selected, onSelect } = props;
  const { older, newer, unread, diff, moved } = useCompared(workflowId, from, version);
  const compared = diff.data;
  const drawn = useMemo(() => {
    if (!older || !newer) return undefined;
    // Of a version whose places nobody knows, those of today are better than none.
    const layout = newer.layout ?? store.draft.layout;
    if (!compared) return from === version ? { document: newer.document, marks: null, layout } : undefined;
    return {
      document: mergeVersions(older.document, newer.document, compared),
      marks: marksOf(compared, moved),
      layout: placesOfBoth(older.layout, layout),
    };
  }, [store, older, newer, compared, moved, from, version]);
  if (unread.length > 0)
    return (
      <div className="h-full bg-canvas">
        <Waiting
          reading={t("Reading the version")}
          unreadable={t("The version could not be read")}
          failure={unread.find((each) => each.isError)?.error ?? null}
          onRetry={() => {
            for (const each of unread) void each.refetch();
          }}
        />
      </div>
    );
  // That the two could not be compared is told beside it.
  if (!drawn) return <div className="h-full bg-canvas" />;
  return (
    <MarkContext value={drawn.marks}>
      <div className="relative h-full">
        {compared && <ChangeSummary diff={compared} moved={moved} />}
        <WorkflowCanvas
          document={drawn.document}
          layout={drawn.layout}
          ports={store.catalogue.ports}
          progress={null}
          selected={selected}
          onSelect={onSelect}
        />
      </div>
    </MarkContext>
  );
}

/** Two versions, and how they differ. */
function useCompared(workflowId: string, from: number, version: number) {
  const earlier = useQuery(getVersion(workflowId, from));
  const later = useQuery(getVersion(workflowId, version));
  const [before, after] = [earlier.data, later.data];
  const diff = useQuery({ ...diffVersions(workflowId, from, version), enabled: from !== version });
  const older = useMemo(() => before && placedOf(before), [before]);
  const newer = useMemo(() => after && placedOf(after), [after]);
  const moved = useMemo(() => (older && newer ? movedNodes(older, newer) : []), [older, newer]);
  const unread = [earlier, later].filter((each) => each.data === undefined);
  return { older, newer, unread, diff, moved };
}

function placedOf(version: WorkflowVersion): Placed | undefined {
  const document = readDocument(version.document);
  return typeof document === "string" ? undefined : { document, layout: version.layout };
}

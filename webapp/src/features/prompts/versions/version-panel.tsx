// The labels of a prompt, and all its versions with who made them and when.
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { PanelSection } from "@/components/side-panel";
import { SkeletonRows } from "@/components/skeleton";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { listVersions } from "../api/list-versions";
import { LabelSection } from "../labels/label-section";
import { LabelTag } from "../labels/label-tag";
import { type PromptStore, usePrompt } from "../store";
import type { Viewed } from "./version-view";

interface VersionPanelProps {
  store: PromptStore;
  promptId: string;
  viewed: Viewed | null;
  readOnly: boolean;
  onView: (viewed: Viewed) => void;
  /** At the end of it. */
  children: ReactNode;
}

export function VersionPanel(props: VersionPanelProps) {
  const { store, promptId, viewed, readOnly, onView, children } = props;
  const labels = usePrompt(store, (each) => each.present.labels);
  const query = useInfiniteQuery(listVersions(promptId));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="flex-1 space-y-5 p-3 md:min-h-0 md:overflow-y-auto">
      <LabelSection store={store} promptId={promptId} readOnly={readOnly} />
      <PanelSection title={t("All versions")}>
        {query.isPending && <SkeletonRows rows={3} label={t("Reading the versions")} />}
        {query.isError && (
          <FailureNotice
            failure={query.error}
            title={t("The versions could not be read")}
            onRetry={() => query.refetch()}
          />
        )}
        <ul aria-label={t("All versions")} className="space-y-0.5">
          {items.map(({ version, note, author, created_at }) => (
            <li key={version}>
              <button
                type="button"
                aria-pressed={viewed?.version === version}
                className={cn(
                  "w-full space-y-0.5 rounded-md px-2 py-1.5 text-left text-sm hover:bg-canvas",
                  viewed?.version === version && "bg-accent-soft",
                )}
                onClick={() => onView({ version, against: version > 1 ? version - 1 : "nothing" })}
              >
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <span className="font-medium">{t("Version {{version}}", { version })}</span>
                  {Object.keys(labels)
                    .filter((label) => labels[label] === version)
                    .map((label) => (
                      <LabelTag key={label} label={label} />
                    ))}
                  <span className="ml-auto text-muted text-xs">
                    <Ago at={created_at} />
                  </span>
                </span>
                <span className="flex gap-2 text-muted text-xs">
                  <span className="min-w-0 flex-1 break-words">{note}</span>
                  <span className="shrink-0">{author ? (author.name ?? t("somebody")) : t("a program")}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
        {query.hasNextPage && (
          <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
            {t("Show more")}
          </Button>
        )}
      </PanelSection>
      {children}
    </div>
  );
}

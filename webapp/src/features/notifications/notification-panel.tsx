// The list of what somebody is told: read, deleted and gone to from here.

import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { BellOff, CheckCheck, Settings } from "lucide-react";
import { Link } from "react-router";
import { useProfile } from "@/api/auth-context";
import { currentWorkspace } from "@/api/profile";
import { enterWorkspace } from "@/api/workspace";
import { Button, buttonClass } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { askToLeave } from "@/lib/unsaved";
import { useDeleteNotification } from "./api/delete-notification";
import { useReadAll } from "./api/read-all";
import { useReadNotification } from "./api/read-notification";
import { NotificationRow } from "./notification-row";
import { openNotification } from "./open";
import { itemsOf, type Pages, seqOf, unreadOf } from "./pages";

interface NotificationPanelProps {
  query: UseInfiniteQueryResult<Pages>;
  onLeave: () => void;
  /** A button that was pressed is about to go: the focus stays in the panel. */
  onDone: () => void;
}

export function NotificationPanel({ query, onLeave, onDone }: NotificationPanelProps) {
  const profile = useProfile();
  const readAll = useReadAll();
  const read = useReadNotification();
  const remove = useDeleteNotification();
  const items = itemsOf(query.data);
  const seq = seqOf(query.data);
  const here = profile && currentWorkspace(profile)?.id;
  return (
    <>
      <div className="flex min-h-11 items-center gap-1 border-b border-line py-1 pr-1.5 pl-3">
        <h2 className="flex-1 font-medium">{t("Notifications")}</h2>
        {unreadOf(query.data) > 0 && seq !== undefined && (
          <Button
            weight="quiet"
            disabled={readAll.isPending}
            onClick={() => {
              readAll.mutate(seq);
              onDone();
            }}
          >
            <CheckCheck aria-hidden />
            {t("Mark all as read")}
          </Button>
        )}
        <Link
          to="/settings?tab=preferences"
          aria-label={t("Choose what you are told of")}
          title={t("Choose what you are told of")}
          className={buttonClass("quiet", "px-1.5")}
          onClick={onLeave}
        >
          <Settings aria-hidden />
        </Link>
      </div>
      <div className="thin-scroll min-h-32 overflow-y-auto">
        {query.isPending && (
          <div className="p-3">
            <SkeletonRows rows={2} label={t("Reading the notifications")} />
          </div>
        )}
        {[
          [query.error, t("The notifications could not be read")] as const,
          [readAll.error ?? read.error, t("It was not marked as read")] as const,
          [remove.error, t("The notification was not deleted")] as const,
        ].map(
          ([failure, title]) =>
            failure && (
              <div key={title} className="p-2">
                <FailureNotice
                  failure={failure}
                  title={title}
                  {...(failure === query.error && { onRetry: () => query.refetch() })}
                />
              </div>
            ),
        )}
        {query.isSuccess && items.length === 0 && (
          <div className="flex flex-col items-center gap-1.5 px-6 py-8 text-center">
            <BellOff aria-hidden className="size-6 stroke-[1.5] text-muted" />
            <p className="font-medium">{t("Nothing to tell")}</p>
            <p className="text-muted">
              {t(
                "Runs that fail, steps that wait for a decision, and what changes about your account appear here at once.",
              )}
            </p>
          </div>
        )}
        <ul className="divide-y divide-line">
          {items.map((notification) => (
            <NotificationRow
              key={notification.id}
              notification={notification}
              elsewhere={workspaceName(notification.workspace_id)}
              onOpen={(event, path) => {
                const { id, workspace_id } = notification;
                const isElsewhere = workspaceName(workspace_id) !== undefined;
                const target = workspace_id === profile?.home ? undefined : (workspace_id ?? undefined);
                openNotification(event, {
                  read: notification.read_at === null ? () => read.mutateAsync(id) : undefined,
                  enter: isElsewhere ? () => enterWorkspace(target, path) : undefined,
                  leave: onLeave,
                  ask: askToLeave,
                });
              }}
              onRead={() => {
                read.mutate(notification.id);
                onDone();
              }}
              onRemove={() => {
                remove.mutate(notification.id);
                onDone();
              }}
            />
          ))}
        </ul>
        {query.hasNextPage && (
          <div className="border-t border-line p-2">
            <Button
              weight="quiet"
              className="w-full"
              disabled={query.isFetchingNextPage}
              onClick={() => query.fetchNextPage()}
            >
              {query.isFetchingNextPage ? t("Reading…") : t("Show more")}
            </Button>
          </div>
        )}
      </div>
    </>
  );

  /** Of another workspace that one belongs to. */
  function workspaceName(id: string | null): string | undefined {
    if (id === null || id === here) return undefined;
    return profile?.workspaces.find((workspace) => workspace.id === id)?.name;
  }
}

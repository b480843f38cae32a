// Of what somebody is told, and where: not at all, in the app, or by letter besides.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getMethods } from "@/api/methods";
import { getSettings, useSaveSettings, useUnkeptNotifications } from "@/api/settings";
import type { Channel, PersonSettings } from "@/api/types";
import { FailureNotice } from "@/components/failure-notice";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";

type Kind = keyof PersonSettings["notifications"];

const KINDS: readonly Kind[] = [
  "run_failed",
  "decision",
  "schedule_failed",
  "webhook_disabled",
  "membership",
  "new_login",
];
const CHANNELS: readonly Channel[] = ["off", "in_app", "mail"];

export function ToldSection() {
  const query = useQuery(getSettings);
  // As long as it is not known, nothing is said to be missing.
  const sendsLetters = useQuery(getMethods).data?.mail ?? true;
  const save = useSaveSettings();
  // What was chosen last is shown while it is kept, of each.
  const wished = useUnkeptNotifications();
  // Of any of several choices that follow each other: the mutation itself knows only of the last.
  const [failure, setFailure] = useState<unknown>(null);
  const choose = (kind: Kind, channel: Channel) => {
    setFailure(null);
    save.mutateAsync({ notifications: { [kind]: channel } }).catch(setFailure);
  };
  return (
    <Section
      title={t("What you are told of")}
      description={
        sendsLetters
          ? t("In all your workspaces. What is told by letter is told in the app, too.")
          : t("In all your workspaces. This server sends no letters: who operates it can set that up.")
      }
    >
      {query.isPending && <SkeletonRows rows={6} label={t("Reading the settings")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The settings could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && (
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b border-line text-xs text-muted">
              <th scope="col" className="py-1 text-left font-medium">
                {t("Event")}
              </th>
              {CHANNELS.map((channel) => (
                <th key={channel} scope="col" className="w-16 py-1 font-medium sm:w-24">
                  {channelName(channel)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {KINDS.map((kind) => {
              const chosen = wished[kind] ?? query.data.notifications[kind];
              return (
                <tr key={kind}>
                  <th scope="row" className="py-2 pr-2 text-left font-normal">
                    {kindName(kind)}
                    <span className="block text-xs text-muted">{kindHelp(kind)}</span>
                    {chosen === "mail" && !sendsLetters && (
                      <span className="block text-xs text-muted">
                        {t("In the app only: this server sends no letters.")}
                      </span>
                    )}
                  </th>
                  {CHANNELS.map((channel) => {
                    // What is chosen stays to be seen: it holds again once letters are sent.
                    const isUseless = channel === "mail" && !sendsLetters && chosen !== "mail";
                    return (
                      <td key={channel} className="text-center">
                        <label
                          className={cn(
                            "inline-flex min-h-8 min-w-8 items-center justify-center pointer-coarse:min-h-11",
                            isUseless && "opacity-50",
                          )}
                        >
                          <span className="sr-only">{`${kindName(kind)}: ${channelName(channel)}`}</span>
                          <input
                            type="radio"
                            name={kind}
                            className="size-4 accent-accent"
                            disabled={isUseless}
                            checked={chosen === channel}
                            onChange={() => choose(kind, channel)}
                          />
                        </label>
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {failure !== null && <FailureNotice failure={failure} title={t("The choice was not kept")} />}
      <p role="status" className="min-h-5 text-sm text-muted">
        {save.isSuccess && failure === null && t("Saved.")}
      </p>
      <p className="text-xs text-muted">
        {t("Changes to your password, second factor and API tokens are told in any case.")}
      </p>
    </Section>
  );
}

function channelName(channel: Channel): string {
  switch (channel) {
    case "off":
      return t("Not at all");
    case "in_app":
      return t("In the app");
    case "mail":
      return t("By letter");
  }
}

function kindName(kind: Kind): string {
  switch (kind) {
    case "run_failed":
      return t("Failed runs");
    case "decision":
      return t("Decisions");
    case "schedule_failed":
      return t("Schedules");
    case "webhook_disabled":
      return t("Outgoing webhooks");
    case "membership":
      return t("Membership");
    case "new_login":
      return t("Logins");
  }
}

function kindHelp(kind: Kind): string {
  switch (kind) {
    case "run_failed":
      return t("Those that you began, and others as the workspace says.");
    case "decision":
      return t("Steps that wait for somebody to decide.");
    case "schedule_failed":
      return t("Schedules that could not begin a run.");
    case "webhook_disabled":
      return t("Webhooks that were disabled since nothing arrived.");
    case "membership":
      return t("Who takes your invitations, and what becomes of your own place.");
    case "new_login":
      return t("From where you have not come from before.");
  }
}

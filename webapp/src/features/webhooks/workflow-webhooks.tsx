// The webhooks of one workflow, as lines: the address of each, to be copied, and the way to it.
import { Webhook as WebhookIcon } from "lucide-react";
import { Link } from "react-router";
import type { Webhook } from "@/api/types";
import { CopyButton } from "@/components/copy-button";
import { t } from "@/lib/i18n";
import { MOST_WEBHOOKS } from "./api/list-of-workflow";

interface WorkflowWebhooksProps {
  webhooks: readonly Webhook[];
  /** Where all of them are, for when there are more than are shown. */
  all: string;
}

export function WorkflowWebhooks({ webhooks, all }: WorkflowWebhooksProps) {
  if (webhooks.length === 0) return null;
  return (
    <>
      <ul
        aria-label={t("Webhooks")}
        className="divide-y divide-line overflow-hidden rounded-lg border border-line text-sm"
      >
        {webhooks.map(({ id, name, url, enabled }) => (
          <li key={id} className="flex min-h-10 items-center gap-1 pr-1 hover:bg-canvas">
            <Link
              to={`/webhooks/${id}`}
              className="flex min-w-0 flex-1 items-center gap-2 py-1.5 pl-2.5 -outline-offset-2"
            >
              <WebhookIcon aria-hidden className="size-4 shrink-0 text-muted" />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{name}</span>
                <span className="block truncate font-mono text-xs text-muted" title={url}>
                  {url}
                </span>
              </span>
              {!enabled && <span className="shrink-0 text-xs text-muted">{t("disabled")}</span>}
            </Link>
            <CopyButton text={url} label={t("Copy the address of {{name}}", { name })} className="px-1.5" />
          </li>
        ))}
      </ul>
      {webhooks.length === MOST_WEBHOOKS && (
        <Link to={all} className="text-sm text-accent underline">
          {t("All its webhooks")}
        </Link>
      )}
    </>
  );
}

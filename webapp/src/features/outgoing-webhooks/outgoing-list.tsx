// All webhooks out of the workspace, and the form for another one.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus, Send } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { FormDialog } from "@/components/form-dialog";
import { Paged } from "@/components/paged";
import { t } from "@/lib/i18n";
import { useCreateOutgoingWebhook } from "./api/create-webhook";
import { listOutgoingWebhooks } from "./api/list-webhooks";
import { eventName } from "./events";
import { OutgoingState } from "./outgoing-state";
import { SecretOnce } from "./secret-once";
import { WebhookForm } from "./webhook-form";

export function OutgoingList() {
  const query = useInfiniteQuery(listOutgoingWebhooks);
  return (
    <Paged
      query={query}
      label={t("Webhooks out")}
      reading={t("Reading the webhooks")}
      failed={t("The webhooks could not be read")}
      empty={
        <EmptyState icon={<Send />} title={t("Nobody is told of anything yet")}>
          <p>
            {t(
              "A webhook out tells another system, such as a pager or a chat, of failed runs and of steps that wait for somebody.",
            )}
          </p>
        </EmptyState>
      }
    >
      {(webhook) => (
        <li key={webhook.id}>
          <Link
            to={`/webhooks/outgoing/${webhook.id}`}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2.5 -outline-offset-2 hover:bg-canvas"
          >
            <span className="min-w-0 flex-1 basis-48">
              <span className="block truncate font-medium">{webhook.name}</span>
              <span className="block truncate text-xs text-muted">{webhook.url}</span>
            </span>
            <span className="text-xs text-muted">{webhook.events.map(eventName).join(" · ")}</span>
            <OutgoingState webhook={webhook} />
          </Link>
        </li>
      )}
    </Paged>
  );
}

export function NewOutgoing() {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const create = useCreateOutgoingWebhook();
  const { data } = create;
  if (!useMay("outgoing_webhooks:write")) return null;
  const close = () => {
    setOpen(false);
    create.reset();
  };
  return (
    <>
      <Button weight="primary" onClick={() => setOpen(true)}>
        <Plus aria-hidden />
        {t("New webhook out")}
      </Button>
      {open && (
        <FormDialog title={t("New webhook out")} onClose={data ? undefined : close}>
          {data ? (
            <SecretOnce
              secret={data.secret ?? ""}
              onDone={() => void navigate(`/webhooks/outgoing/${data.id}`)}
            />
          ) : (
            <WebhookForm
              failure={create.error}
              busy={create.isPending}
              onSubmit={(body) => create.mutate(body)}
            />
          )}
        </FormDialog>
      )}
    </>
  );
}

// One webhook out: what it tells whom, trying it, its switch, its secret, and what it was told.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useMay } from "@/api/profile";
import type { OutgoingWebhook } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { HARMLESS } from "@/components/dialog-focus";
import { FailureNotice } from "@/components/failure-notice";
import { FormDialog } from "@/components/form-dialog";
import { Ago } from "@/components/moment";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { useDeleteOutgoingWebhook } from "./api/delete-webhook";
import { getOutgoingWebhook } from "./api/get-webhook";
import { useRotateOutgoingWebhook } from "./api/rotate-webhook";
import { useTestOutgoingWebhook } from "./api/test-webhook";
import { useUpdateOutgoingWebhook } from "./api/update-webhook";
import { EditOutgoingWebhook } from "./edit-webhook";
import { eventName } from "./events";
import { OutgoingDeliveries } from "./outgoing-deliveries";
import { OutgoingState } from "./outgoing-state";
import { SecretOnce } from "./secret-once";

export function OutgoingDetail({ id }: { id: string }) {
  const query = useQuery(getOutgoingWebhook(id));
  if (query.isError && !query.data)
    return (
      <FailureNotice
        failure={query.error}
        title={t("The webhook could not be read")}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data) return <SkeletonRows rows={5} label={t("Reading the webhook")} />;
  return (
    <div className="space-y-4">
      <Facts webhook={query.data.value} />
      <Actions opened={query.data} />
      <OutgoingDeliveries id={id} enabled={query.data.value.enabled} />
    </div>
  );
}

function Facts({ webhook }: { webhook: OutgoingWebhook }) {
  return (
    <Section title={t("What it tells whom")}>
      <dl className="grid gap-x-4 gap-y-1.5 text-sm sm:grid-cols-[9rem_1fr]">
        <dt className="text-muted">{t("State")}</dt>
        <dd>
          <OutgoingState webhook={webhook} />
          {webhook.failing_since && (
            <span className="ml-2 text-xs text-muted">
              {t("failing since")} <Ago at={webhook.failing_since} />
            </span>
          )}
        </dd>
        <dt className="text-muted">{t("Address")}</dt>
        <dd className="break-all font-mono text-xs leading-5">{webhook.url}</dd>
        <dt className="text-muted">{t("What it is told of")}</dt>
        <dd>{webhook.events.map(eventName).join(", ")}</dd>
        <dt className="text-muted">{t("Headers")}</dt>
        <dd>{webhook.header_names.join(", ") || t("none")}</dd>
        {webhook.previous_secret_until && (
          <>
            <dt className="text-muted">{t("Secret before")}</dt>
            <dd>
              {t("signs as well until")} <Ago at={webhook.previous_secret_until} />
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}

type Open = "edit" | "secret" | "delete";

function Actions({ opened: { value: webhook, etag } }: { opened: Versioned<OutgoingWebhook> }) {
  const [open, setOpen] = useState<Open>();
  const test = useTestOutgoingWebhook(webhook.id);
  const update = useUpdateOutgoingWebhook(webhook.id);
  if (!useMay("outgoing_webhooks:write")) return null;
  const close = () => setOpen(undefined);
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap gap-2">
        <Button weight="primary" disabled={test.isPending || !webhook.enabled} onClick={() => test.mutate()}>
          {test.isPending ? t("Sending…") : t("Try it")}
        </Button>
        <Button
          disabled={update.isPending}
          onClick={() => update.mutate({ etag, body: { enabled: !webhook.enabled } })}
        >
          {webhook.enabled ? t("Disable") : t("Enable")}
        </Button>
        <Button onClick={() => setOpen("edit")}>{t("Edit")}</Button>
        <Button onClick={() => setOpen("secret")}>{t("Another secret")}</Button>
        <Button weight="quiet" className="text-bad" onClick={() => setOpen("delete")}>
          {t("Delete…")}
        </Button>
      </div>
      {test.data && (
        <p
          role="status"
          className={test.data.status === "delivered" ? "text-sm text-ok" : "text-sm text-bad"}
        >
          {test.data.status === "delivered"
            ? t("It arrived: the other side answered {{status}}.", {
                status: test.data.response_status ?? "",
              })
            : t("It did not arrive: {{error}}", { error: test.data.error ?? "" })}
        </p>
      )}
      {test.isError && <FailureNotice failure={test.error} title={t("Nothing was sent")} />}
      {update.isError && <FailureNotice failure={update.error} title={t("The webhook was not changed")} />}
      {open === "edit" && (
        <FormDialog title={t("Edit {{name}}", { name: webhook.name })} onClose={close}>
          <EditOutgoingWebhook id={webhook.id} onDone={close} />
        </FormDialog>
      )}
      {open === "secret" && <Rotating webhook={webhook} onClose={close} />}
      {open === "delete" && <Deleting webhook={webhook} etag={etag} onClose={close} />}
    </div>
  );
}

function Rotating({ webhook, onClose }: { webhook: OutgoingWebhook; onClose: () => void }) {
  const rotate = useRotateOutgoingWebhook(webhook.id);
  const made = rotate.data?.secret;
  return (
    <Dialog
      title={t("Another secret for {{name}}", { name: webhook.name })}
      onClose={made ? undefined : onClose}
    >
      {made ? (
        <SecretOnce secret={made} onDone={onClose} />
      ) : (
        <div className="space-y-4 text-sm">
          <p>
            {t(
              "For a day, deliveries are signed with the secret before as well, so that the other side can be told in peace.",
            )}
          </p>
          {rotate.isError && <FailureNotice failure={rotate.error} title={t("The secret was not changed")} />}
          <Button
            weight="primary"
            disabled={rotate.isPending}
            onClick={() => rotate.mutate({ overlap: "24h" })}
          >
            {t("Make another secret")}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

interface DeletingProps {
  webhook: OutgoingWebhook;
  etag: string | undefined;
  onClose: () => void;
}

function Deleting({ webhook, etag, onClose }: DeletingProps) {
  const navigate = useNavigate();
  const remove = useDeleteOutgoingWebhook(webhook.id, etag);
  return (
    <Dialog title={t("Delete {{name}}", { name: webhook.name })} onClose={onClose}>
      <div className="space-y-4 text-sm">
        <p>{t("What it was yet to be told, it is told no more. Nothing brings it back.")}</p>
        {remove.isError && <FailureNotice failure={remove.error} title={t("It was not deleted")} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button {...HARMLESS} onClick={onClose}>
            {t("Cancel")}
          </Button>
          <Button
            weight="primary"
            disabled={remove.isPending}
            onClick={() => remove.mutate(undefined, { onSuccess: () => void navigate("/webhooks/outgoing") })}
          >
            {remove.isPending ? t("Deleting…") : t("Delete")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

// A webhook at work: its address and how to try it, what was sent, what was refused and why, its secret, its switch.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "@/api/profile";
import type { Webhook } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { FormDialog } from "@/components/form-dialog";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getWebhook } from "./api/get-webhook";
import { useUpdateWebhook } from "./api/update-webhook";
import { Deliveries } from "./deliveries";
import { EditWebhook } from "./edit-webhook";
import { Refusals } from "./refusals";
import { RotateWebhook } from "./rotate-webhook";
import { TryIt } from "./try-it";

export function WebhookDetail({ id }: { id: string }) {
  const query = useQuery(getWebhook(id));
  if (query.isError && !query.data)
    return (
      <FailureNotice
        failure={query.error}
        title={t("The webhook could not be read")}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data) return <SkeletonRows rows={4} label={t("Reading the webhook")} />;
  const { value: webhook, etag } = query.data;
  return (
    <div className="space-y-4">
      <Actions webhook={webhook} etag={etag} />
      <Section title={t("Sending to it")}>
        <TryIt webhook={webhook} />
      </Section>
      <Deliveries id={id} />
      <Refusals id={id} />
    </div>
  );
}

type Open = "edit" | "rotate";

function Actions({ webhook, etag }: { webhook: Webhook; etag: string | undefined }) {
  const mayWrite = useMay("webhooks:write");
  const mayRun = useMay("workflows:run");
  const update = useUpdateWebhook(webhook.id);
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  if (!mayWrite) return null;
  const canBeSwitched = webhook.enabled || mayRun;
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap gap-2">
        {canBeSwitched && (
          <Button
            disabled={update.isPending}
            onClick={() => update.mutate({ etag, body: { enabled: !webhook.enabled } })}
          >
            {webhook.enabled ? t("Disable") : t("Enable")}
          </Button>
        )}
        {mayRun && <Button onClick={() => setOpen("edit")}>{t("Change its settings")}</Button>}
        {mayRun && webhook.verification !== "none" && (
          <Button onClick={() => setOpen("rotate")}>{t("Another secret")}</Button>
        )}
      </div>
      {!webhook.enabled && (
        <p className="text-sm text-warn">{t("It is disabled, and answers as if it were not there.")}</p>
      )}
      {update.isError && <FailureNotice failure={update.error} title={t("The webhook was not changed")} />}
      {open === "edit" && (
        <FormDialog title={t("Settings of {{name}}", { name: webhook.name })} onClose={close}>
          <EditWebhook id={webhook.id} onDone={close} />
        </FormDialog>
      )}
      {open === "rotate" && <RotateWebhook webhook={webhook} onDone={close} />}
    </div>
  );
}

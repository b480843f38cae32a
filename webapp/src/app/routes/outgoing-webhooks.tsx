// /webhooks/outgoing and below: which other systems are told of what happens here.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { Crumbs } from "@/components/crumbs";
import { MayOnly } from "@/components/may-only";
import { Page } from "@/components/page";
import { getOutgoingWebhook } from "@/features/outgoing-webhooks/api/get-webhook";
import { OutgoingDetail } from "@/features/outgoing-webhooks/outgoing-detail";
import { NewOutgoing, OutgoingList } from "@/features/outgoing-webhooks/outgoing-list";
import { t } from "@/lib/i18n";

export function OutgoingWebhooksPage() {
  return (
    <Page
      title={t("Webhooks out")}
      heading={<Crumbs parent={{ to: "/webhooks", label: t("Webhooks") }} title={t("Webhooks out")} />}
      actions={<NewOutgoing />}
    >
      <div className="max-w-4xl">
        <MayOnly takes={["outgoing_webhooks:read"]}>
          <OutgoingList />
        </MayOnly>
      </div>
    </Page>
  );
}

export function OutgoingWebhookPage() {
  const { id = "" } = useParams();
  const title = useQuery(getOutgoingWebhook(id)).data?.value.name ?? t("Webhook out");
  return (
    <Page
      title={title}
      heading={<Crumbs parent={{ to: "/webhooks/outgoing", label: t("Webhooks out") }} title={title} />}
    >
      <div className="max-w-4xl">
        <OutgoingDetail key={id} id={id} />
      </div>
    </Page>
  );
}

// The inside of /webhooks/new. A webhook is changed from its own page.
import { MayOnly } from "@/components/may-only";
import { WebhookDetail } from "./webhook-detail";
import { CreateWebhook } from "./webhook-form";

export function WebhookScreen({ id }: { id?: string }) {
  if (id !== undefined) return <WebhookDetail id={id} />;
  return (
    <MayOnly takes={["webhooks:write", "workflows:run"]}>
      <CreateWebhook />
    </MayOnly>
  );
}

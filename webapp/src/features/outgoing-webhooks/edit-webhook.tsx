// Changes what a webhook out tells whom; what was typed stays when somebody else was faster.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { OutgoingWebhook } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { type Facts, Opened, useOutdated } from "@/components/opened";
import { t } from "@/lib/i18n";
import { getOutgoingWebhook } from "./api/get-webhook";
import { useUpdateOutgoingWebhook } from "./api/update-webhook";
import { eventName } from "./events";
import { WebhookForm } from "./webhook-form";

interface EditOutgoingWebhookProps {
  id: string;
  onDone: () => void;
}

export function EditOutgoingWebhook({ id, onDone }: EditOutgoingWebhookProps) {
  const query = useQuery(getOutgoingWebhook(id));
  return (
    <Opened query={query} reading={t("Reading the webhook")} unreadable={t("The webhook could not be read")}>
      {(opened, begin) => <Editing opened={opened} query={query} onTheirs={begin} onDone={onDone} />}
    </Opened>
  );
}

interface EditingProps {
  opened: Versioned<OutgoingWebhook>;
  query: UseQueryResult<Versioned<OutgoingWebhook>>;
  onTheirs: (theirs: Versioned<OutgoingWebhook>) => void;
  onDone: () => void;
}

function Editing({ opened, query, onTheirs, onDone }: EditingProps) {
  const webhook = opened.value;
  const update = useUpdateOutgoingWebhook(webhook.id);
  const { etag, outdated } = useOutdated({ opened, query, change: update, factsOf, onTheirs });
  return (
    <WebhookForm
      webhook={webhook}
      failure={update.error}
      busy={update.isPending}
      outdated={outdated}
      onSubmit={(body) => update.mutate({ etag, body }, { onSuccess: onDone })}
    />
  );
}

function factsOf({ value }: Versioned<OutgoingWebhook>): Facts {
  return [
    [t("Name"), value.name],
    [t("Address of the other system"), value.url],
    [t("What it is told of"), value.events.map(eventName).join(", ")],
    [t("Headers"), value.header_names.join(", ")],
  ];
}

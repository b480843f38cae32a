// Offers an invitation to who is logged in already.

import type { Profile } from "@/api/types";
import { Form, FormFailure, SubmitButton } from "@/components/form";
import { Trans, t } from "@/lib/i18n";
import { useAcceptInvitation } from "./api/accept-invitation";
import { Card } from "./card";

const FIELDS: readonly string[] = [];

interface AcceptInvitationProps {
  profile: Profile;
  token: string;
  onAccepted: () => void;
}

export function AcceptInvitation({ profile, token, onAccepted }: AcceptInvitationProps) {
  const accept = useAcceptInvitation();
  return (
    <Card
      title={t("You are invited")}
      footer={<p>{t("An invitation for another address takes another account: log out first.")}</p>}
    >
      <Form
        label={t("Invitation")}
        fields={FIELDS}
        failure={accept.error}
        busy={accept.isPending}
        onSubmit={() => accept.mutate(token, { onSuccess: onAccepted })}
      >
        <p className="text-sm">
          <Trans
            i18nKey="Come into the workspace as <b>{{email}}</b>. You keep your other workspaces."
            values={{ email: profile.email }}
            components={{ b: <strong className="font-medium" /> }}
          />
        </p>
        <FormFailure title={t("The invitation was not accepted")} />
        <SubmitButton busy={t("Coming in…")} className="w-full">
          {t("Accept the invitation")}
        </SubmitButton>
      </Form>
    </Card>
  );
}

// Offers an invitation to who is logged in already.
import type { Profile } from "@/api/types";
import { Form, FormFailure, SubmitButton } from "@/components/form";
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
      title="You are invited"
      footer={<p>An invitation for another address takes another account: log out first.</p>}
    >
      <Form
        label="Invitation"
        fields={FIELDS}
        failure={accept.error}
        busy={accept.isPending}
        onSubmit={() => accept.mutate(token, { onSuccess: onAccepted })}
      >
        <p className="text-sm">
          Come into the workspace as <strong className="font-medium">{profile.email}</strong>. You keep your
          other workspaces.
        </p>
        <FormFailure title="The invitation was not accepted" />
        <SubmitButton busy="Coming in…" className="w-full">
          Accept the invitation
        </SubmitButton>
      </Form>
    </Card>
  );
}

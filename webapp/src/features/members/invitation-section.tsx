// Invitations that nobody has taken yet, and the form for another one. Its link is shown once, to be
// handed over, and stays until somebody has copied it.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Mail } from "lucide-react";
import { useState } from "react";
import type { Profile } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { beginAnew, ChoiceField, Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Ago } from "@/components/moment";
import { Secret } from "@/components/secret";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { Trans, t } from "@/lib/i18n";
import { roleName } from "@/lib/role-name";
import { useInvite } from "./api/invite";
import { listInvitations } from "./api/list-invitations";
import { listRoles } from "./api/list-roles";
import { useWithdrawInvitation } from "./api/withdraw-invitation";
import { grantableRoles } from "./grantable";
import { type MadeLink, withCopied, withMade } from "./made-links";

const FIELDS = ["email", "role"] as const;

export function InvitationSection({ workspace, profile }: { workspace: string; profile: Profile }) {
  return (
    <Section
      title={t("Invitations")}
      description={t("An invitation is good for a week, and for the address that it was made for.")}
    >
      <InvitationList workspace={workspace} />
      <InviteForm workspace={workspace} profile={profile} />
    </Section>
  );
}

function InviteForm({ workspace, profile }: { workspace: string; profile: Profile }) {
  const roles = useQuery(listRoles(workspace)).data?.items ?? [];
  const grantable = grantableRoles(roles, profile.permissions);
  const invite = useInvite(workspace);
  const [links, setLinks] = useState<MadeLink[]>([]);
  return (
    <Form
      label={t("Invite somebody")}
      fields={FIELDS}
      failure={invite.error}
      busy={invite.isPending}
      onSubmit={(values, form) => {
        const { email = "", role = "" } = values;
        invite.mutate(
          { email, role },
          {
            onSuccess: ({ id, email, link, mailed }) => {
              setLinks((before) => withMade(before, { id, email, link, mailed }));
              beginAnew(form, values);
            },
          },
        );
      }}
    >
      <div className="grid gap-3 sm:grid-cols-[1fr_10rem]">
        <TextField name="email" label={t("E-mail address")} type="email" autoComplete="off" required />
        {grantable.length > 0 && (
          <ChoiceField name="role" label={t("Role")} defaultValue="viewer">
            {grantable.map(({ name }) => (
              <option key={name} value={name}>
                {roleName(name)}
              </option>
            ))}
          </ChoiceField>
        )}
      </div>
      <FormFailure title={t("Nobody was invited")} />
      <SubmitButton busy={t("Inviting…")}>{t("Invite")}</SubmitButton>
      {links.length > 0 && (
        <div role="status" aria-atomic={false} className="space-y-3 text-sm">
          {links.map(({ id, email, link, mailed }) => (
            <div key={id} className="space-y-1.5">
              <p>
                {mailed
                  ? t("A letter to {{email}} is on its way. This is its link, should it get lost:", { email })
                  : t("Hand this link over to {{email}}. It is not shown again.", { email })}
              </p>
              <Secret
                value={link}
                label={t("Link of the invitation of {{email}}", { email })}
                once={!mailed}
                onCopied={() => setLinks((before) => withCopied(before, id))}
              />
            </div>
          ))}
        </div>
      )}
    </Form>
  );
}

function InvitationList({ workspace }: { workspace: string }) {
  const query = useInfiniteQuery(listInvitations(workspace));
  const withdraw = useWithdrawInvitation(workspace);
  const invitations = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {query.isPending && <SkeletonRows rows={1} label={t("Reading the invitations")} />}
      {query.isSuccess && invitations.length === 0 && (
        <p className="text-sm text-muted">{t("Nobody is invited at the moment.")}</p>
      )}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The invitations could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {invitations.length > 0 && (
        <ul aria-label={t("Invitations")} className={ROWS}>
          {invitations.map(({ id, email, role, expires_at }) => (
            <li key={id} className={ROW}>
              <Mail aria-hidden className="size-4 shrink-0 text-muted" />
              <span className="min-w-0 flex-1 basis-40">
                <span className="block truncate font-medium">{email}</span>
                <span className="block text-xs text-muted">
                  {t("as {{role}}", { role: roleName(role) })} ·{" "}
                  <Trans i18nKey="ends <1/>" components={{ 1: <Ago at={expires_at} /> }} />
                </span>
              </span>
              <Button
                aria-label={t("Withdraw the invitation of {{email}}", { email })}
                disabled={withdraw.isPending && withdraw.variables === id}
                onClick={() => withdraw.mutate(id)}
              >
                {t("Withdraw")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {query.isFetchingNextPage ? t("Reading…") : t("Show more")}
        </Button>
      )}
      {withdraw.isError && (
        <FailureNotice failure={withdraw.error} title={t("The invitation was not withdrawn")} />
      )}
    </>
  );
}

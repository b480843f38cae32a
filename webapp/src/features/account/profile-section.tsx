// Your name, and whether your address is known to be yours.
import { useQuery } from "@tanstack/react-query";
import { BadgeCheck } from "lucide-react";
import { getMethods } from "@/api/methods";
import type { Profile } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { useSendVerification } from "./api/send-verification";
import { useUpdateProfile } from "./api/update-profile";

const FIELDS = ["name"] as const;

export function ProfileSection({ profile }: { profile: Profile }) {
  const update = useUpdateProfile();
  return (
    <Section title={t("Profile")}>
      <Address profile={profile} />
      <Form
        label={t("Profile")}
        fields={FIELDS}
        failure={update.error}
        busy={update.isPending}
        onSubmit={({ name = "" }) => update.mutate(name)}
      >
        <TextField
          name="name"
          label={t("Name")}
          autoComplete="name"
          maxLength={100}
          required
          defaultValue={profile.name}
        />
        <FormFailure title={t("The name was not changed")} />
        <div className="flex items-center gap-3">
          <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
          <span role="status" className="text-sm text-muted">
            {update.isSuccess && t("Saved.")}
          </span>
        </div>
      </Form>
    </Section>
  );
}

function Address({ profile }: { profile: Profile }) {
  const sendsLetters = useQuery(getMethods).data?.mail ?? false;
  const verification = useSendVerification();
  return (
    <div className="space-y-2 text-sm">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="text-muted">{t("E-mail address")}:</span> {profile.email}
        {profile.email_verified && (
          <span className="flex items-center gap-1 text-ok">
            <BadgeCheck aria-hidden className="size-4" /> {t("verified")}
          </span>
        )}
        {!profile.email_verified && sendsLetters && !verification.isSuccess && (
          <Button disabled={verification.isPending} onClick={() => verification.mutate()}>
            {t("Send a letter to verify it")}
          </Button>
        )}
        {verification.isSuccess && <span role="status">{t("The letter is on its way.")}</span>}
      </p>
      {verification.isError && <FailureNotice failure={verification.error} title={t("No letter was sent")} />}
    </div>
  );
}

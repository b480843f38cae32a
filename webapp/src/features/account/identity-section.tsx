// Other services that one can log in by: which are linked, linking another one, and taking one away.
import { useQuery } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { useState } from "react";
import { getMethods } from "@/api/methods";
import type { Identity, LoginProvider, Profile } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { ROW, ROWS, Section } from "@/components/section";
import { Trans, t } from "@/lib/i18n";
import { loginRefusal } from "@/lib/login-refusal";
import { listIdentities } from "./api/list-identities";
import { useUnlinkIdentity } from "./api/unlink-identity";
import { LinkIdentity } from "./link-identity";

interface IdentitySectionProps {
  profile: Profile;
  /** The server's word for why a link did not work. */
  refusal: string | undefined;
  /** The service that was linked just now. */
  linked: string | undefined;
}

export function IdentitySection({ profile, refusal, linked }: IdentitySectionProps) {
  const providers = useQuery(getMethods).data?.providers ?? [];
  const query = useQuery(listIdentities);
  const unlink = useUnlinkIdentity();
  const [linking, setLinking] = useState<LoginProvider>();
  const identities = query.data?.items ?? [];
  if (providers.length === 0 && identities.length === 0 && !query.isError) return null;
  const labelOf = (id: string) => providers.find((provider) => provider.id === id)?.label ?? id;
  return (
    <Section title={t("Other services")} description={t("By which you can log in here.")}>
      {refusal !== undefined && (
        <p role="alert" className="rounded-lg border border-bad/30 bg-bad-soft p-3 text-sm">
          {loginRefusal(refusal)}
        </p>
      )}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The services could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {identities.length > 0 && (
        <ul aria-label={t("Linked services")} className={ROWS}>
          {identities.map((identity) => (
            <IdentityRow
              key={identity.id}
              identity={identity}
              label={labelOf(identity.provider)}
              ending={unlink.isPending && unlink.variables === identity.id}
              onEnd={() => unlink.mutate(identity.id)}
            />
          ))}
        </ul>
      )}
      {unlink.isError && <FailureNotice failure={unlink.error} title={t("The service stays linked")} />}
      <div className="flex flex-wrap items-center gap-2">
        {providers
          .filter(({ id }) => !identities.some((identity) => identity.provider === id))
          .map((provider) => (
            <Button key={provider.id} onClick={() => setLinking(provider)}>
              {t("Link {{service}}", { service: provider.label })}
            </Button>
          ))}
        <span role="status" className="text-sm text-muted">
          {linked !== undefined &&
            identities.some(({ provider }) => provider === linked) &&
            t("{{service}} is linked.", { service: labelOf(linked) })}
        </span>
      </div>
      {linking && (
        <Dialog
          title={t("Link {{service}}", { service: linking.label })}
          onClose={() => setLinking(undefined)}
        >
          <LinkIdentity provider={linking} profile={profile} />
        </Dialog>
      )}
    </Section>
  );
}

interface IdentityRowProps {
  identity: Identity;
  label: string;
  ending: boolean;
  onEnd: () => void;
}

function IdentityRow({ identity, label, ending, onEnd }: IdentityRowProps) {
  return (
    <li className={ROW}>
      <Link2 aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate" title={identity.issuer}>
          {label} <span className="text-muted">{identity.email ?? identity.subject}</span>
        </span>
        <span className="block text-xs text-muted">
          {identity.used_at ? (
            <Trans i18nKey="used <1/>" components={{ 1: <Ago at={identity.used_at} /> }} />
          ) : (
            t("not used yet")
          )}
        </span>
      </span>
      <Button disabled={ending} onClick={onEnd}>
        {ending ? t("Unlinking…") : t("Unlink")}
        <span className="sr-only"> {label}</span>
      </Button>
    </li>
  );
}

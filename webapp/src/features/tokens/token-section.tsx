// The tokens of programs in this workspace: what each may do, when it was used last, how long it lasts.
import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import type { ApiToken, Profile } from "@/api/types";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm/confirm-dialog";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { Trans, t } from "@/lib/i18n";
import { useDeleteToken } from "./api/delete-token";
import { listTokens } from "./api/list-tokens";
import { NewToken } from "./new-token";

export function TokenSection({ profile }: { profile: Profile }) {
  const [open, setOpen] = useState(false);
  const query = useInfiniteQuery(listTokens);
  const remove = useDeleteToken();
  const tokens = query.data?.pages.flatMap((page) => page.items) ?? [];
  const [ending, setEnding] = useState<ApiToken>();
  return (
    <Section
      title={t("API tokens")}
      description={t(
        "For programs. A token acts in your name, in this workspace, and may do what you choose for it.",
      )}
    >
      {query.isPending && <SkeletonRows rows={2} label={t("Reading the tokens")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The tokens could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.isSuccess && tokens.length === 0 && (
        <p className="text-sm text-muted">{t("There are no tokens yet.")}</p>
      )}
      {tokens.length > 0 && (
        <ul aria-label={t("API tokens")} className={ROWS}>
          {tokens.map((token) => (
            <li key={token.id} className={ROW}>
              <KeyRound aria-hidden className="size-4 shrink-0 text-muted" />
              <TokenFacts token={token} isOwn={token.user_id === profile.id} />
              <Button
                aria-label={t("Revoke {{name}}", { name: token.name })}
                onClick={() => {
                  remove.reset();
                  setEnding(token);
                }}
              >
                {t("Revoke")}
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
      <Button onClick={() => setOpen(true)}>
        <Plus aria-hidden />
        {t("New token")}
      </Button>
      {open && <NewToken profile={profile} onDone={() => setOpen(false)} />}
      {ending && (
        <ConfirmDialog
          title={t("Revoke {{name}}?", { name: ending.name })}
          confirm={t("Revoke the token")}
          busy={remove.isPending}
          failure={remove.error}
          failureTitle={t("The token was not ended")}
          onConfirm={() => remove.mutate(ending.id, { onSuccess: () => setEnding(undefined) })}
          onClose={() => setEnding(undefined)}
        >
          <p>{t("Programs that use it are refused from then on. It can't be brought back.")}</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}

function TokenFacts({ token, isOwn }: { token: ApiToken; isOwn: boolean }) {
  return (
    <span className="min-w-0 flex-1 basis-48">
      <span className="block truncate font-medium">
        {token.name}
        {!isOwn && <span className="font-normal text-muted"> · {t("of another member")}</span>}
      </span>
      <span className="block font-mono text-xs break-words text-muted">{token.scopes.join(", ")}</span>
      <span className="block text-xs text-muted">
        {token.used_at ? (
          <Trans i18nKey="used <1/>" components={{ 1: <Ago at={token.used_at} /> }} />
        ) : (
          t("never used")
        )}
        {" · "}
        {token.expires_at ? (
          <Trans i18nKey="ends <1/>" components={{ 1: <Ago at={token.expires_at} /> }} />
        ) : (
          t("lasts for ever")
        )}
      </span>
    </span>
  );
}

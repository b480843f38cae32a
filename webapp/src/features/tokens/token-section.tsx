// The tokens of programs in this workspace: what each may do, when it was used last, how long it lasts.
import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import type { ApiToken, Profile } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { Ago } from "@/components/moment";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { useDeleteToken } from "./api/delete-token";
import { listTokens } from "./api/list-tokens";
import { NewToken } from "./new-token";

export function TokenSection({ profile }: { profile: Profile }) {
  const [open, setOpen] = useState(false);
  const query = useInfiniteQuery(listTokens);
  const remove = useDeleteToken();
  const tokens = query.data?.pages.flatMap((page) => page.items) ?? [];
  const confirmRemoval = ({ id, name }: ApiToken) => {
    if (window.confirm(`End the token ${name}? Programs that use it are refused from then on.`))
      remove.mutate(id);
  };
  return (
    <Section
      title="API tokens"
      description="For programs. A token acts in your name, in this workspace, and may do what you choose for it."
    >
      {query.isPending && <SkeletonRows rows={2} label="Reading the tokens" />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title="The tokens could not be read"
          onRetry={() => query.refetch()}
        />
      )}
      {query.isSuccess && tokens.length === 0 && (
        <p className="text-sm text-muted">There are no tokens yet.</p>
      )}
      {tokens.length > 0 && (
        <ul aria-label="API tokens" className={ROWS}>
          {tokens.map((token) => (
            <li key={token.id} className={ROW}>
              <KeyRound aria-hidden className="size-4 shrink-0 text-muted" />
              <TokenFacts token={token} isOwn={token.user_id === profile.id} />
              <Button
                disabled={remove.isPending && remove.variables === token.id}
                onClick={() => confirmRemoval(token)}
              >
                Revoke<span className="sr-only"> {token.name}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          {query.isFetchingNextPage ? "Reading…" : "Show more"}
        </Button>
      )}
      {remove.isError && <FailureNotice failure={remove.error} title="The token was not ended" />}
      <Button onClick={() => setOpen(true)}>
        <Plus aria-hidden />
        New token
      </Button>
      {open && (
        <Dialog title="New token" onClose={() => setOpen(false)}>
          <NewToken profile={profile} onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </Section>
  );
}

function TokenFacts({ token, isOwn }: { token: ApiToken; isOwn: boolean }) {
  return (
    <span className="min-w-0 flex-1 basis-48">
      <span className="block truncate font-medium">
        {token.name}
        {!isOwn && <span className="font-normal text-muted"> · of another member</span>}
      </span>
      <span className="block font-mono text-xs break-words text-muted">{token.scopes.join(", ")}</span>
      <span className="block text-xs text-muted">
        {token.used_at ? (
          <>
            used <Ago at={token.used_at} />
          </>
        ) : (
          "never used"
        )}
        {" · "}
        {token.expires_at ? (
          <>
            ends <Ago at={token.expires_at} />
          </>
        ) : (
          "lasts for ever"
        )}
      </span>
    </span>
  );
}

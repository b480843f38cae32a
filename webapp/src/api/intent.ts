// A write that is sent again because its answer was lost must not happen twice: one key for all attempts at one thing.
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { digest } from "@/lib/digest";
import { newIdempotencyKey } from "./client";

/** An attempt this much later is a wish of its own: what the first one began may be over by then. */
const STALE_AFTER_MS = 120_000;

/** What someone is about to do: it begins with a form that opens or a first click, and ends with a success. */
export class Intent {
  /** Of what was sent no more than a digest is kept: it may hold a secret. */
  private current: { key: string; about: string; since: number } | undefined;

  /** The same key for as long as the same thing is sent; something else is another intent. */
  keyFor(sent: unknown): string {
    const about = digest(JSON.stringify(sent) ?? "");
    const { current } = this;
    if (current?.about === about && Date.now() - current.since < STALE_AFTER_MS) return current.key;
    const key = newIdempotencyKey();
    this.current = { key, about, since: Date.now() };
    return key;
  }

  /** The next attempt is a new one, even with the same content. */
  renew(): void {
    this.current = undefined;
  }
}

/** A mutation whose attempts share a key until one succeeds, or until it is reset, as forms do when they open. */
export function useIntent<Sent, Reply>(
  send: (sent: Sent, key: string) => Promise<Reply>,
  onSuccess: () => unknown,
): UseMutationResult<Reply, Error, Sent> {
  const [intent] = useState(() => new Intent());
  const mutation = useMutation({
    mutationFn: (sent: Sent) => send(sent, intent.keyFor(sent)),
    onSuccess: () => {
      intent.renew();
      return onSuccess();
    },
  });
  const reset = () => {
    intent.renew();
    mutation.reset();
  };
  return { ...mutation, reset };
}

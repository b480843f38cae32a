// Points labels at versions. What was changed in between is read again, and nothing is overwritten unseen.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiFailure } from "@/api/failure";
import { deleteLabel } from "../api/delete-label";
import { openPrompt } from "../api/open-prompt";
import { putLabel } from "../api/put-label";
import type { PromptStore } from "../store";

/** What was done last, and can be taken back. */
export interface Done {
  label: string;
  /** Nothing where there was no such label, or is none any more. */
  from: number | undefined;
  to: number | undefined;
}

export function useLabels(store: PromptStore, promptId: string) {
  const [done, setDone] = useState<Done | null>(null);
  const mutation = useMutation({
    mutationFn: async ({ label, to }: Done) => {
      const { etag } = store.present;
      try {
        const opened = await (to === undefined
          ? deleteLabel(promptId, label, etag)
          : putLabel(promptId, label, to, etag));
        store.relabelled(opened);
      } catch (cause) {
        // Shown as it is now, so that whoever tries again sees what they do.
        if (cause instanceof ApiFailure && [404, 412].includes(cause.status))
          store.seen(await openPrompt(promptId));
        throw cause;
      }
    },
    onSuccess: (_, change) => setDone(change),
  });
  const point = (label: string, to: number | undefined) =>
    mutation.mutateAsync({ label, from: store.present.labels[label], to });
  return { point, done, busy: mutation.isPending, failure: mutation.error, reset: mutation.reset };
}

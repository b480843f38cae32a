// Takes a secret or a variable out of use, into the trash or for good, and says which workflows are without it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, settle } from "@/api/client";
import { recordsKey } from "@/records";
import { readUsers, type Users } from "../users";

export type Named = "secrets" | "variables";

interface Removal {
  forGood?: boolean;
  force?: boolean;
  /** Of what was seen: what somebody else has changed since stays. */
  etag: string | undefined;
}

export function useRemove(what: Named, id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ forGood, force, etag }: Removal): Promise<Users> => {
      const params = { path: { id }, query: { for_good: forGood, force }, header: { "If-Match": etag } };
      const reply =
        what === "secrets"
          ? client.DELETE("/api/secrets/{id}", { params })
          : client.DELETE("/api/variables/{id}", { params });
      await settle(reply);
      return readUsers((await reply).response.headers.get("Lathe-Used-By"));
    },
    meta: { touchesNoRecords: true },
    // What is on screen is about what is gone: only lists are asked again.
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: [...recordsKey(what), "page"] }),
        queries.invalidateQueries({ queryKey: recordsKey("trash") }),
      ]),
    // It may have been changed since it was read, and is shown as it is now.
    onError: () => queries.invalidateQueries({ queryKey: [what, "one", id] }),
  });
}

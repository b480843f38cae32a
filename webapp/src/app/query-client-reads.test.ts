// What was changed in a list is read again wherever it is named.
import { MutationObserver } from "@tanstack/react-query";
import { afterEach, expect, it } from "vitest";
import { listSecretNames } from "@/api/secret-names";
import { listVariables } from "@/features/designer/api/list-variables";
import { queryClient } from "./query-client";

afterEach(() => queryClient.clear());

it("reads names and values for completion again after anything was changed", async () => {
  queryClient.setQueryData(listVariables.queryKey, { region: "eu" });
  queryClient.setQueryData(listSecretNames.queryKey, ["github"]);
  const isOld = () =>
    [listVariables, listSecretNames].map(
      ({ queryKey }) => queryClient.getQueryState(queryKey)?.isInvalidated,
    );
  expect(isOld()).toEqual([false, false]);
  await new MutationObserver(queryClient, { mutationFn: async () => true }).mutate();
  expect(isOld()).toEqual([true, true]);
});

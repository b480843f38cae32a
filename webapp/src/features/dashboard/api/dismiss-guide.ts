// Puts the guide away, on every device of the reader.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { getSettings } from "./get-settings";

export function useDismissGuide() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(client.PUT("/api/settings", { body: { guide: "dismissed" } })),
    onSuccess: (settings) => queries.setQueryData(getSettings.queryKey, settings),
  });
}

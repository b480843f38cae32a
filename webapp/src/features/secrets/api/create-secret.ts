// Keeps a secret. What it holds goes to the server and nowhere else.
import { useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { useIntent } from "@/api/intent";
import type { NewSecret } from "@/api/types";
import { recordsKey } from "@/records";

export function useCreateSecret() {
  const queries = useQueryClient();
  return useIntent(
    (body: NewSecret, key) =>
      unwrap(client.POST("/api/secrets", { params: { header: { "Idempotency-Key": key } }, body })),
    () => queries.invalidateQueries({ queryKey: recordsKey("secrets") }),
  );
}

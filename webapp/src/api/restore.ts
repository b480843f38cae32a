// Brings back what was deleted, at the address of what it is.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, unwrap } from "./client";
import type { Permission } from "./permission";

/** By the kinds that the trash names: what bringing one back takes, and how. */
const KINDS = {
  workflow: { takes: "workflows:write", path: "/api/workflows/{id}/restore" },
  prompt: { takes: "prompts:write", path: "/api/prompts/{id}/restore" },
  file: { takes: "files:write", path: "/api/files/{id}/restore" },
  application: { takes: "applications:write", path: "/api/applications/{id}/restore" },
  model: { takes: "models:write", path: "/api/models/{id}/restore" },
  secret: { takes: "secrets:write", path: "/api/secrets/{id}/restore" },
  variable: { takes: "variables:write", path: "/api/variables/{id}/restore" },
} as const satisfies Record<string, { takes: Permission; path: string }>;

export type TrashKind = keyof typeof KINDS;

export function isTrashKind(kind: unknown): kind is TrashKind {
  return typeof kind === "string" && kind in KINDS;
}

export function restoringTakes(kind: TrashKind): Permission {
  return KINDS[kind].takes;
}

export function useRestore(kind: TrashKind, id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(client.POST(KINDS[kind].path, { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: [`${kind}s`] }),
  });
}

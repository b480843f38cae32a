// Brings back what was deleted, at the address of what it is.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { t } from "@/lib/i18n";
import { useProfile } from "./auth-context";
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

function restore(kind: TrashKind, id: string) {
  return unwrap(client.POST(KINDS[kind].path, { params: { path: { id } } }));
}

/** Brings back one of many; what it takes is the server's to say of each. Null for who may bring back nothing at all. */
export function useRestoreEach() {
  const queries = useQueryClient();
  const permissions = useProfile()?.permissions ?? [];
  if (!Object.values(KINDS).some(({ takes }) => permissions.includes(takes))) return null;
  return async ({ kind, id }: { kind?: unknown; id: string }) => {
    if (!isTrashKind(kind)) throw new Error(t("This can't be brought back from here."));
    await restore(kind, id);
    await Promise.all(
      [[`${kind}s`], ["records", `${kind}s`]].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
  };
}

export function useRestore(kind: TrashKind, id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => restore(kind, id),
    onSuccess: () => queries.invalidateQueries({ queryKey: [`${kind}s`] }),
  });
}

// Permissions in the order in which a person looks for them: by what they are about.

export interface ScopeGroup {
  resource: string;
  scopes: { name: string; action: string }[];
}

/** Programs get what belongs to a workspace; operating the installation is for people. */
export function groupScopes(permissions: readonly string[]): ScopeGroup[] {
  const groups = new Map<string, ScopeGroup>();
  for (const name of permissions) {
    const [resource = "", action = ""] = name.split(":");
    if (resource === "server") continue;
    const group = groups.get(resource) ?? { resource, scopes: [] };
    group.scopes.push({ name, action });
    groups.set(resource, group);
  }
  return [...groups.values()];
}

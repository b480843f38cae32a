// Permissions in the order in which a person looks for them: by what they are about, and those by what they belong to.

export interface ScopeGroup {
  resource: string;
  scopes: { name: string; action: string }[];
}

/** Programs and roles get what belongs to a workspace; operating the installation is for people. */
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

export type Subject = "building" | "running" | "workspace";

const SUBJECTS: Record<string, Subject> = {
  models: "building",
  applications: "building",
  prompts: "building",
  files: "building",
  nodes: "building",
  workflows: "running",
  executions: "running",
  waits: "running",
  schedules: "running",
  webhooks: "running",
  outgoing_webhooks: "running",
  secrets: "running",
  variables: "running",
};

const ORDER: readonly Subject[] = ["building", "running", "workspace"];

/** What no part is known of, since the server is newer, is told of with the workspace. */
export function groupSubjects(permissions: readonly string[]): { subject: Subject; groups: ScopeGroup[] }[] {
  const groups = groupScopes(permissions);
  return ORDER.map((subject) => ({
    subject,
    groups: groups.filter(({ resource }) => (SUBJECTS[resource] ?? "workspace") === subject),
  })).filter((each) => each.groups.length > 0);
}

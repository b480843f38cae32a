// The names of what can be permitted, as the server's table of permissions has them.
export const PERMISSIONS = [
  "nodes:read",
  "models:read",
  "models:write",
  "applications:read",
  "applications:write",
  "applications:deploy",
  "workflows:read",
  "workflows:write",
  "workflows:publish",
  "workflows:run",
  "executions:read",
  "executions:control",
  "waits:read",
  "waits:answer",
  "members:read",
  "members:write",
  "tokens:write",
  "tokens:manage",
  "workspace:read",
  "workspace:write",
  "workspace:delete",
  "server:admin",
] as const;

export type Permission = (typeof PERMISSIONS)[number];

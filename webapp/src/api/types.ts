// Short names for what the API sends, taken from its routes, so that a renamed schema changes nothing here.
import type { paths } from "./schema";

type Body<R> = R extends { content: { "application/json": infer T } } ? T : never;

/** What a GET of a path sends when it succeeds. */
type Sent<P extends keyof paths> = paths[P] extends { get: { responses: { 200: infer R } } }
  ? Body<R>
  : never;

/** An item of the list that a GET of a path sends. */
type Item<P extends keyof paths> = Sent<P> extends { items: (infer T)[] } ? T : never;

/** What a POST of a path takes. */
type Taken<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { "application/json": infer T } } };
}
  ? T
  : never;

type Cancelled = paths["/api/executions/{id}/cancel"]["post"]["responses"][200];

export type WorkflowSummary = Item<"/api/workflows">;
export type Workflow = Sent<"/api/workflows/{id}">;
export type Layout = NonNullable<Workflow["layout"]>;
export type ExecutionSummary = Item<"/api/executions">;
export type ExecutionDetail = Sent<"/api/executions/{id}">;
export type Execution = Body<Cancelled>;
export type ExecutionStatus = ExecutionSummary["status"];
export type Step = ExecutionDetail["steps"][number];
export type StepStatus = Step["status"];
export type StepWait = NonNullable<Step["wait"]>;
export type Question = Sent<"/api/resume/{execution}/{step}/{token}">;
export type AnswerBody =
  paths["/api/waits/{id}/answer"]["post"]["requestBody"]["content"]["application/json"];
export type Attempt = Step["attempts"][number];
export type RunError = NonNullable<Step["error"]>;
export type LogLine = Item<"/api/executions/{id}/logs">;
export type Model = Item<"/api/models">;
export type ModelField = Model["fields"][number];
export type Application = Item<"/api/applications">;
export type ApplicationLog = Sent<"/api/applications/{id}/logs">;
export type ApplicationLogLine = ApplicationLog["items"][number];
export type ApplicationComponent = Item<"/api/applications/{id}/components">;
export type ApplicationHealth = Sent<"/api/applications/{id}/health">;
export type ApplicationEnvironment = Sent<"/api/applications/{id}/environment">;
export type EnvironmentVariable = ApplicationEnvironment["variables"][number];
export type LiveRelease = NonNullable<Application["live"]>;
export type ShipPlan = Sent<"/api/applications/{id}/plan">;
export type PlannedChange = ShipPlan["changes"][number];
export type ChangedProperty = PlannedChange["details"][number];
export type UnsafeChanges = ShipPlan["needs"];
export type NodeKind = Item<"/api/nodes">;
export type VersionSummary = Item<"/api/workflows/{id}/versions">;
export type WorkflowVersion = Sent<"/api/workflows/{id}/versions/{version}">;
export type WorkflowDiff = Sent<"/api/workflows/{id}/versions/{version}/diff">;
export type Prompt = Sent<"/api/prompts/{id}">;
export type PromptVersion = Item<"/api/prompts/{id}/versions">;
export type PromptVariable = PromptVersion["variables"][number];
export type PromptDiffLine = Sent<"/api/prompts/{id}/versions/{version}/diff">["lines"][number];
export type ServerStatus = Sent<"/api/status">;
export type Profile = Sent<"/api/auth/profile">;
export type Membership = Profile["workspaces"][number];
export type Methods = Sent<"/api/auth/methods">;
export type LoginProvider = Methods["providers"][number];
export type Identity = Item<"/api/auth/identities">;
export type SessionInfo = Item<"/api/auth/sessions">;
export type ApiToken = Item<"/api/tokens">;
export type Member = Item<"/api/workspaces/{id}/members">;
export type Invitation = Item<"/api/workspaces/{id}/invitations">;
export type Role = Item<"/api/workspaces/{id}/roles">;
export type NotificationPage = Sent<"/api/notifications">;
export type Notification = NotificationPage["items"][number];
export type NotificationKind = Notification["kind"];
export type PersonSettings = Sent<"/api/settings">;
export type Channel = PersonSettings["notifications"]["run_failed"];
export type Workspace = Sent<"/api/workspaces/{id}">;
export type WorkspaceSettings = Sent<"/api/workspaces/{id}/settings">;
export type AuditEntry = Item<"/api/audit">;
export type AuditProof = Sent<"/api/audit/verify">;
export type Schedule = Item<"/api/schedules">;
export type CatchUp = Schedule["catch_up"];
export type Overlap = Schedule["overlap"];
export type Tick = Item<"/api/schedules/{id}/ticks">;
export type NewSchedule = Taken<"/api/schedules">;
export type Webhook = Item<"/api/webhooks">;
export type NewWebhook = Taken<"/api/webhooks">;
export type Verification = Webhook["verification"];
export type WebhookDelivery = Item<"/api/webhooks/{id}/deliveries">;
export type WebhookRefusal = Item<"/api/webhooks/{id}/refusals">;
export type Uses = Sent<"/api/secrets/{id}/uses">;
export type OutgoingWebhook = Item<"/api/outgoing-webhooks">;
export type NewOutgoingWebhook = Taken<"/api/outgoing-webhooks">;
export type OutgoingEvent = OutgoingWebhook["events"][number];
export type OutgoingDelivery = Item<"/api/outgoing-webhooks/{id}/deliveries">;
export type SecretRecord = Item<"/api/secrets">;
export type NewSecret = Taken<"/api/secrets">;
export type SecretKind = Item<"/api/secrets/kinds">;
export type Variable = Item<"/api/variables">;
export type NewVariable = Taken<"/api/variables">;
export type StoredFile = Item<"/api/files">;
export type Trashed = Item<"/api/trash">;
export type Wait = Item<"/api/waits">;
export type MetricsHistory = Sent<"/api/metrics/history">;
export type HistoryRange = MetricsHistory["range"];

// What the screens of Lathe's own records show beyond the description of their models, by the name of the model. Adding
// something is one line here; what is seldom seen is loaded when it is. Models, applications and prompts have components
// for their screens (routes/models.tsx and so on), which say the rest there.
import type { ComponentType } from "react";
import { useRestoreEach } from "@/api/restore";
import { LOOKED_AT_EVERY_MS, watchRuns } from "@/api/run-news";
import { ApplicationNameCell, LiveFact } from "@/features/applications/application-row";
import { NoReleases } from "@/features/applications/no-releases";
import { ReleaseTargetCell, ReleaseUrlCell } from "@/features/applications/release-cells";
import { ReleaseErrorCell } from "@/features/applications/release-error";
import { useActionTitle } from "@/features/audit/action-name";
import { AuditActionCell } from "@/features/audit/audit-action-cell";
import { RoleCell } from "@/features/members/role-cell";
import { ModelNameCell } from "@/features/models/model-name-cell";
import { NoRuns } from "@/features/runs/no-runs";
import {
  CreatedCell,
  RunBeginningCell,
  RunDuration,
  RunErrorCell,
  RunStatusCell,
  RunWorkflowCell,
} from "@/features/runs/run-cells";
import { NextCell } from "@/features/schedules/next-cell";
import { SecretKindCell, SecretValueCell } from "@/features/secrets/secret-cells";
import { NoWorkflows } from "@/features/workflows/no-workflows";
import { WorkflowNameCell } from "@/features/workflows/workflow-row";
import { t } from "@/lib/i18n";
import type { ListSlots } from "@/records";
import { NoFiles, NoSchedules, NoSecrets, NoTokens, NoTrash, NoVariables, NoWebhooks } from "./empty-lists";
import { later } from "./later";
import {
  ApplicationRowActions,
  InviteLink,
  ReleasePageActions,
  ReleaseRowActions,
  TrashPageActions,
  TrashRowActions,
  WorkflowRowActions,
} from "./record-actions";
import { WebhookListActions } from "./trigger-actions";

export interface RecordSections {
  /** What a record's page is called, where its naming text is a name for programs, which this is given. */
  useTitle?: (text: string | undefined) => string | undefined;
  /** Above the values on a record's page: what one comes for first, such as whether it is live. */
  lead?: ComponentType<{ id: string }>;
  /** Under the values on a record's page, such as when a schedule is next. */
  detail?: ComponentType<{ id: string }>;
  /** In the head of a record's page, before what its description lets do with it. */
  actions?: ComponentType<{ id: string }>;
  /** Names of described actions, and `delete`, for which `actions` or `detail` has buttons of its own. */
  replaces?: readonly string[];
  /** The inside of /new and /:id/edit, for what the generated form can't ask. */
  form?: ComponentType<{ id?: string }>;
  /** In the head of the list, for what begins otherwise than with a form at /new. */
  create?: ComponentType;
  /** What stands in the list as long as there is nothing. */
  empty?: ComponentType;
  /** Above and below the list, such as invitations that nobody has taken yet. */
  above?: ComponentType;
  below?: ComponentType;
  /** A page made by hand that a row opens, where the server names none: `/things/{id}/edit`. */
  page?: string;
  /** How rows are drawn, and what can be done from them. */
  list?: ListSlots;
}

export const RECORD_SECTIONS: Record<string, RecordSections> = {
  workflows: {
    create: later(() => import("./add-workflows").then((m) => m.AddWorkflows)),
    empty: NoWorkflows,
    list: {
      columns: ["name", "description", "version", "published_version", "node_count", "updated_at"],
      lines: 2,
      cells: { name: WorkflowNameCell },
      actions: { label: () => t("Actions"), rem: 7, Row: WorkflowRowActions },
    },
  },
  executions: {
    empty: NoRuns,
    list: {
      columns: ["workflow_name", "status", "created_at", "begun_by", "error_message"],
      lines: 3,
      cells: {
        workflow_name: RunWorkflowCell,
        status: RunStatusCell,
        begun_by: RunBeginningCell,
        error_message: RunErrorCell,
        created_at: CreatedCell,
      },
      fact: { label: () => t("Duration"), rem: 6, Cell: RunDuration },
      freshMs: LOOKED_AT_EVERY_MS,
      news: watchRuns,
    },
  },
  models: {
    list: {
      columns: ["name", "field_count", "application_id", "updated_at"],
      cells: { name: ModelNameCell },
    },
  },
  applications: {
    page: "/applications/{id}/design",
    list: {
      columns: ["name", "model_count", "description"],
      cells: { name: ApplicationNameCell },
      fact: { label: () => t("State"), rem: 14, Cell: LiveFact },
      actions: { label: () => t("Actions"), rem: 17, Row: ApplicationRowActions },
    },
  },
  releases: {
    empty: NoReleases,
    actions: ReleasePageActions,
    list: {
      columns: ["name", "status", "target", "live_at", "ended_at"],
      cells: { target: ReleaseTargetCell, url: ReleaseUrlCell, error: ReleaseErrorCell },
      lines: 3,
      actions: { label: () => t("Actions"), rem: 16, Row: ReleaseRowActions },
      freshMs: 10_000,
    },
  },
  members: {
    create: InviteLink,
    form: later(() => import("@/features/members/member-screen").then((m) => m.MemberScreen)),
    list: { cells: { role: RoleCell } },
  },
  tokens: {
    create: later(() => import("@/features/tokens/new-token-button").then((m) => m.NewTokenButton)),
    empty: NoTokens,
  },
  trash: {
    actions: TrashPageActions,
    empty: NoTrash,
    list: {
      columns: ["name", "kind", "deleted_by", "deleted_at", "kept_until"],
      actions: { label: () => t("Actions"), rem: 9, Row: TrashRowActions },
      bulk: { label: () => t("Bring back"), useWork: useRestoreEach },
    },
  },
  audit: {
    useTitle: useActionTitle,
    detail: later(() => import("@/features/audit/record-changes").then((m) => m.RecordChanges)),
    list: {
      columns: ["action", "email", "created_at", "resource", "address", "answer"],
      cells: { action: AuditActionCell, created_at: CreatedCell },
      freshMs: 15_000,
    },
  },
  schedules: {
    form: later(() => import("@/features/schedules/schedule-screen").then((m) => m.ScheduleScreen)),
    empty: NoSchedules,
    detail: later(() => import("@/features/schedules/schedule-detail").then((m) => m.ScheduleDetail)),
    list: { cells: { next_at: NextCell }, freshMs: 30_000 },
  },
  webhooks: {
    create: WebhookListActions,
    empty: NoWebhooks,
    form: later(() => import("@/features/webhooks/webhook-screen").then((m) => m.WebhookScreen)),
    detail: later(() => import("@/features/webhooks/webhook-detail").then((m) => m.WebhookDetail)),
  },
  secrets: {
    empty: NoSecrets,
    form: later(() => import("@/features/secrets/secret-screen").then((m) => m.SecretScreen)),
    detail: later(() => import("@/features/secrets/secret-detail").then((m) => m.SecretDetail)),
    replaces: ["delete"],
    list: { cells: { kind: SecretKindCell, value: SecretValueCell } },
  },
  variables: {
    empty: NoVariables,
    detail: later(() => import("@/features/secrets/variable-detail").then((m) => m.VariableDetail)),
    replaces: ["delete"],
  },
  files: {
    empty: NoFiles,
    above: later(() => import("@/features/files/upload-panel").then((m) => m.UploadPanel)),
    detail: later(() => import("@/features/files/file-detail").then((m) => m.FileDetail)),
  },
};
